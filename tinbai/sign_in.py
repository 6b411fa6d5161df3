"""Signing in with OAuth 2.0: hands the tokens that `outbox.tokens` fetches to whoever logs in somewhere."""

import time
from collections.abc import Callable

from ingest.mailbox_protocol import MailboxError
from ingest.settings import MailboxSettings
from outbox.endpoint import EndpointError
from outbox.settings import SmtpSettings
from outbox.tokens import AccessToken


def smtp_token(settings: SmtpSettings) -> AccessToken:
    """Tokens for the server that sends."""
    return AccessToken(settings, "smtp", time.monotonic)


def mailbox_token(settings: MailboxSettings) -> Callable[[bool], str]:
    """Tokens for the mailbox; what goes wrong is a MailboxError. True asks for a fresh one."""
    token = AccessToken(settings, "mailbox", time.monotonic)

    def ask(fresh: bool) -> str:
        try:
            return token(fresh)
        except EndpointError as error:
            raise MailboxError(error.reason, error.permanent) from error

    return ask

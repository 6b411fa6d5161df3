"""Logging in to an IMAP server: with a password, or with an access token (XOAUTH2). Fetches no token itself."""

from collections.abc import Callable

from ingest.mailbox_client import Client, LoginError
from ingest.mailbox_errors import (
    login_refused,
    no_password_login,
    no_xoauth2,
    token_missing,
    token_refused,
)
from ingest.settings import MailboxSettings

__all__ = ["AccessToken", "log_in"]

AccessToken = Callable[[bool], str]  # True asks for a fresh one, after the one at hand was refused


def log_in(client: Client, settings: MailboxSettings, access_token: AccessToken | None) -> None:
    """Log in the way the settings name. Raises MailboxError, also what `access_token` raises of that."""
    if settings.auth == "password":
        _with_password(client, settings)
    elif access_token is None:
        raise token_missing(settings)
    else:
        _with_token(client, settings, access_token)


def _with_password(client: Client, settings: MailboxSettings) -> None:
    username, password = settings.username, settings.password
    offers_plain = client.has_capability("AUTH=PLAIN")
    if client.has_capability("LOGINDISABLED") and not offers_plain:
        raise no_password_login(settings)
    # LOGIN carries ASCII only (RFC 3501), SASL PLAIN carries UTF-8 (RFC 4616).
    plain = offers_plain and not (username + password).isascii()
    try:
        (client.plain_login if plain else client.login)(username, password)
    except (LoginError, UnicodeEncodeError) as error:
        raise login_refused(error, settings) from error


def _with_token(client: Client, settings: MailboxSettings, access_token: AccessToken) -> None:
    if not client.has_capability("AUTH=XOAUTH2"):
        raise no_xoauth2(settings)
    try:
        _authenticate(client, settings.username, access_token(False))
    except LoginError as error:
        refusal = token_refused(error, settings)
        if not refusal.permanent:
            raise refusal from error
    else:
        return
    try:
        _authenticate(client, settings.username, access_token(True))
    except LoginError as error:
        raise token_refused(error, settings) from error


def _authenticate(client: Client, username: str, token: str) -> None:
    """AUTHENTICATE XOAUTH2. A server that refuses tells why in a second challenge, which wants an empty answer."""
    answers = iter([f"user={username}\1auth=Bearer {token}\1\1".encode()])
    client.sasl_login("XOAUTH2", lambda _challenge: next(answers, b""))

"""A real SMTP server on loopback that takes mail only from whoever shows the right access token (XOAUTH2), over TLS.

It refuses in the two ways of the large providers: with a challenge first (Google), or at once (Microsoft).
"""

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers.ports import free_port
from tests.servers.smtp import server_context

Refusal = Literal["challenge", "at once"]
CHALLENGE = '{"status":"401","schemes":"bearer"}'


@dataclass(slots=True)
class Xoauth2Smtp:
    """What the server believes, and what it saw."""

    port: int
    user: str
    token: str
    refusal: Refusal = "challenge"
    refused: str = "535 5.7.8 Username and Password not accepted"
    shown: list[str] = field(default_factory=list)  # tokens, in order
    mails: list[bytes] = field(default_factory=list)


class _Handler:
    def __init__(self, state: Xoauth2Smtp) -> None:
        self.state = state

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802  # aiosmtpd's name
        said = base64.b64decode(args[1], validate=True).decode()
        user, bearer, *ends = said.split("\x01")
        self.state.shown.append(bearer.removeprefix("auth=Bearer "))
        if said == f"user={self.state.user}\x01auth=Bearer {self.state.token}\x01\x01" and ends == ["", ""]:
            return AuthResult(success=True, auth_data=user)
        if self.state.refusal == "challenge":
            assert await server.challenge_auth(CHALLENGE) == b""
        return AuthResult(success=False, handled=False, message=self.state.refused)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.state.mails.append(envelope.original_content)
        return "250 OK"


@contextlib.contextmanager
def xoauth2_smtp(user: str, token: str, refusal: Refusal = "challenge") -> Iterator[Xoauth2Smtp]:
    """Run a server that knows this user by this token."""
    state = Xoauth2Smtp(free_port(), user, token, refusal)
    controller = Controller(
        _Handler(state),
        hostname="127.0.0.1",
        port=state.port,
        server_hostname="localhost",
        tls_context=server_context(),
        require_starttls=True,
        auth_required=True,
        auth_exclude_mechanism={"PLAIN", "LOGIN"},
    )
    controller.start()
    try:
        yield state
    finally:
        controller.stop()

"""A mail leaves over TLS only to the server that is meant, by a certificate of today."""

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from tests.outbox.test_smtp import failure
from tests.servers import web
from tests.servers.scripted_smtp import Deed, ScriptedSmtp
from tests.servers.smtp import CERTIFICATE, KEY, Security, server_context, smtp_sink

EXPIRED = CERTIFICATE.with_name("localhost-expired.cert.pem")


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("certificate", "key"),
    [pytest.param(web.CERTIFICATE, web.KEY, id="another host's"), pytest.param(EXPIRED, KEY, id="expired")],
)
def test_a_bad_certificate_stops_the_mail(security: Security, certificate: Path, key: Path) -> None:
    with smtp_sink(security, certificate=certificate, key=key) as sink:
        settings = SmtpSettings(
            host="localhost", port=sink.port, security=security, username="may", password="x", ca_file=str(certificate)
        )
        refused = failure(SmtpTransport(settings, timeout=5))
        assert (sink.mails, [command for command in sink.commands if command != "EHLO"]) == ([], [])
    assert (refused.permanent, (refused.retry_after or 0) >= 60) == (False, True)
    assert "Chứng chỉ TLS" in refused.reason


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"454 4.7.0 TLS not available\r\n", "454 4.7.0 TLS not available"),
        (b"250 OK\r\n", "250 OK"),
        (None, "máy chủ ngắt kết nối"),
    ],
)
def test_a_server_that_offers_starttls_and_does_not_keep_it_gets_nothing(answer: Deed, says: str) -> None:
    script: dict[str, Deed] = {"EHLO": b"250-a\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n", "STARTTLS": answer}
    with ScriptedSmtp(script) as server:
        settings = SmtpSettings(host="localhost", port=server.port, username="may", password="x")
        refused = failure(SmtpTransport(settings, timeout=0.5))
    assert not refused.permanent
    assert says in refused.reason
    assert server.received[:3] == ["GREETING", "EHLO", "STARTTLS"]
    assert not {"AUTH", "MAIL"} & set(server.received)


def test_what_was_said_in_clear_behind_the_220_is_forgotten() -> None:
    """A man in the middle can put replies there that the client would take for the server's (CVE-2021-38371)."""

    def serve(listening: socket.socket) -> bytes:
        with listening.accept()[0] as clear:
            clear.sendall(b"220 a\r\n")
            clear.recv(1000)
            clear.sendall(b"250-a\r\n250 STARTTLS\r\n")
            clear.recv(1000)
            clear.sendall(b"220 go ahead\r\n250-a\r\n250 AUTH PLAIN\r\n")
            with server_context().wrap_socket(clear, server_side=True) as secure:
                secure.recv(1000)
                secure.sendall(b"250-a\r\n250 AUTH LOGIN\r\n")
                return secure.recv(1000)

    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        said = pool.submit(serve, listening)
        port = listening.getsockname()[1]
        settings = SmtpSettings(host="localhost", port=port, username="may", password="x", ca_file=str(CERTIFICATE))
        failure(SmtpTransport(settings, timeout=2))
        assert said.result().startswith(b"AUTH LOGIN")

"""What stands between us and the mail server is told in Vietnamese, with the settings to look at."""

import smtplib
import socket
import ssl
from pathlib import Path

import pytest

from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from outbox.smtp_errors import said
from tests.outbox.test_smtp import MAIL, SCHOOL, SENDER, failure, settings
from tests.servers.smtp import Security, smtp_sink


def test_a_server_that_is_not_there_is_named() -> None:
    with smtp_sink() as gone:
        pass
    lost = failure(SmtpTransport(settings(gone), timeout=5))
    assert not lost.permanent
    assert lost.reason == (
        f"Không kết nối được với máy chủ gửi thư localhost:{gone.port}: máy chủ không nhận kết nối; kiểm tra [smtp] "
        "host, port và security, tinbai sẽ thử lại."
    )


@pytest.mark.parametrize("host", ["a..b", "x" * 70, "no host", "máy\0"])
def test_a_host_that_is_none_is_told_in_vietnamese(host: str) -> None:
    lost = failure(SmtpTransport(SmtpSettings(host=host), timeout=5))
    assert not lost.permanent
    assert "kiểm tra [smtp] host" in lost.reason


def test_encryption_where_the_server_speaks_none_is_told_in_vietnamese() -> None:
    with smtp_sink() as sink:
        lost = failure(SmtpTransport(settings(sink, security="tls"), timeout=5))
    assert "không bắt tay TLS được; kiểm tra [smtp] host, port và security" in lost.reason


def test_a_server_that_says_nothing_is_told_in_vietnamese() -> None:
    with socket.create_server(("localhost", 0)) as silent:
        port = silent.getsockname()[1]
        lost = failure(SmtpTransport(SmtpSettings(host="localhost", port=port, security="none"), timeout=0.2))
    assert "máy chủ không trả lời kịp; kiểm tra [smtp] host, port và security" in lost.reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_ca_file_that_cannot_be_read_stops_the_mail_and_not_the_program(
    content: str | None, security: Security, tmp_path: Path
) -> None:
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    with smtp_sink(security) as sink:
        refused = failure(SmtpTransport(settings(sink, security=security, ca_file=str(ca_file)), timeout=5))
        assert sink.mails == []
    assert (refused.permanent, (refused.retry_after or 0) >= 60) == (False, True)
    assert refused.reason == (f"Không đọc được tệp chứng chỉ {ca_file} nên thư chưa được gửi: kiểm tra [smtp] ca_file.")


def test_a_connection_in_clear_needs_no_ca_file(tmp_path: Path) -> None:
    with smtp_sink() as sink:
        transport = SmtpTransport(settings(sink, ca_file=str(tmp_path / "none.pem")), timeout=5)
        transport.send(MAIL, SENDER, SCHOOL)
        transport.close()
        assert len(sink.mails) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "không tìm thấy máy chủ mang tên này"),
        (TimeoutError("timed out"), "máy chủ không trả lời kịp"),
        (ConnectionResetError(104, "Connection reset by peer"), "máy chủ ngắt kết nối"),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), "máy chủ ngắt kết nối"),
        (smtplib.SMTPResponseException(500, "Line too long."), "máy chủ trả lời không đúng chuẩn SMTP"),
        (smtplib.SMTPConnectError(554, "Không phục vụ".encode()), "554 Không phục vụ"),
        (OSError(113, "No route to host"), "mạng của máy này không tới được máy chủ"),
    ],
)
def test_the_systems_words_are_said_in_vietnamese_and_the_servers_are_quoted(error: OSError, words: str) -> None:
    assert said(error) == words


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_stops_the_mail(security: Security) -> None:
    with smtp_sink(security) as sink:
        refused = failure(
            SmtpTransport(settings(sink, security=security), context=ssl.create_default_context(), timeout=5)
        )
        assert sink.mails == []
    assert "Chứng chỉ TLS" in refused.reason
    assert "kiểm tra [smtp] host" in refused.reason
    assert "self" not in refused.reason, "the library's English"

"""Handing over to a real server, and what becomes of a mail when that server is in trouble."""

from collections.abc import Iterator

import pytest

from outbox.errors import DeliveryError
from outbox.letter import Sender, build_mail, new_message_id
from outbox.settings import SmtpSettings
from outbox.smtp import SmtpTransport
from tests.outbox.samples import LETTERS, NOW, OFFICE
from tests.servers.smtp import CERTIFICATE, CUT_INSIDE, DROP, Mechanism, Security, SmtpSink, Stage, smtp_sink

SENDER = OFFICE.address
SCHOOL = "c1kimdong@schools.example"
MAIL = "Subject: x\r\n\r\nxin chào Nhà trường\r\n.\r\n..dấu chấm đầu dòng\r\n".encode()


def settings(sink: SmtpSink, **changes: object) -> SmtpSettings:
    values: dict[str, object] = {
        "host": "localhost",
        "port": sink.port,
        "security": "none",
        "ca_file": str(CERTIFICATE),
        **changes,
    }
    return SmtpSettings(**values)  # type: ignore[arg-type]  # the tests know the types


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with smtp_sink() as server:
        yield server


@pytest.fixture
def transport(sink: SmtpSink) -> Iterator[SmtpTransport]:
    opened = SmtpTransport(settings(sink), timeout=5, final_timeout=5)
    yield opened
    opened.close()


def failure(transport: SmtpTransport, mail: bytes = MAIL) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        transport.send(mail, SENDER, SCHOOL)
    return caught.value


def test_a_mail_arrives_byte_for_byte_with_its_envelope(sink: SmtpSink, transport: SmtpTransport) -> None:
    transport.send(MAIL, SENDER, SCHOOL)
    got = sink.next_mail()
    assert (got.sender, got.recipients, got.content) == (SENDER, (SCHOOL,), MAIL)


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_every_notice_arrives_as_it_was_built(name: str, sink: SmtpSink, transport: SmtpTransport) -> None:
    letter = LETTERS[name]
    rfc_id = new_message_id(letter.notice, "office.example", "ab12")
    mail = build_mail(letter, Sender(SENDER, "Ban biên tập"), rfc_id, NOW)
    transport.send(mail, SENDER, letter.to)
    assert sink.next_mail().content == mail


def test_bare_line_ends_cannot_smuggle_a_second_mail(sink: SmtpSink, transport: SmtpTransport) -> None:
    transport.send(b"Subject: x\r\n\r\na\n.\nMAIL FROM:<evil@x>\r.\r\nb", SENDER, SCHOOL)
    assert sink.next_mail().content == b"Subject: x\r\n\r\na\r\n.\r\nMAIL FROM:<evil@x>\r\n.\r\nb\r\n"
    transport.close()
    assert len(sink.mails) == 1


def test_the_connection_is_kept_while_there_is_work(sink: SmtpSink, transport: SmtpTransport) -> None:
    for _ in range(3):
        transport.send(MAIL, SENDER, SCHOOL)
    assert [mail.connection for mail in sink.mails] == [1, 1, 1]


def test_a_closed_transport_opens_again_when_there_is_work(sink: SmtpSink, transport: SmtpTransport) -> None:
    transport.send(MAIL, SENDER, SCHOOL)
    transport.close()
    transport.close()
    transport.send(MAIL, SENDER, SCHOOL)
    assert [mail.connection for mail in sink.mails] == [1, 2]


def test_a_connection_the_server_dropped_meanwhile_is_opened_anew(sink: SmtpSink, transport: SmtpTransport) -> None:
    transport.send(MAIL, SENDER, SCHOOL)
    sink.trouble_at("RSET", DROP)
    transport.send(MAIL, SENDER, SCHOOL)
    assert [mail.connection for mail in sink.mails] == [1, 2]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_temporary_refusal_is_temporary_and_the_next_try_succeeds(
    stage: Stage, sink: SmtpSink, transport: SmtpTransport
) -> None:
    sink.trouble_at(stage, "451 4.7.1 Greylisted, try again later")
    refused = failure(transport)
    assert (refused.permanent, refused.uncertain) == (False, False)
    assert "tạm thời" in refused.reason
    assert "451 4.7.1 Greylisted" in refused.reason
    transport.send(MAIL, SENDER, SCHOOL)
    assert [mail.connection for mail in sink.mails] == [1]


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_final_refusal_is_permanent_and_the_next_mail_still_goes(
    stage: Stage, sink: SmtpSink, transport: SmtpTransport
) -> None:
    sink.trouble_at(stage, "550 5.1.1 Không có\u202e người nhận này")
    refused = failure(transport)
    assert (refused.permanent, refused.uncertain) == (True, False)
    assert refused.reason.endswith("550 5.1.1 Không có người nhận này.")
    transport.send(MAIL, SENDER, SCHOOL)
    assert len(sink.mails) == 1


def test_a_server_that_shuts_down_is_asked_again_on_a_new_connection(sink: SmtpSink, transport: SmtpTransport) -> None:
    sink.trouble_at("MAIL", "421 4.3.2 Shutting down")
    assert not failure(transport).permanent
    transport.send(MAIL, SENDER, SCHOOL)
    assert sink.mails[0].connection == 2


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_mail_is_temporary(stage: Stage, sink: SmtpSink, transport: SmtpTransport) -> None:
    sink.trouble_at(stage, DROP)
    lost = failure(transport)
    assert (lost.permanent, lost.uncertain) == (False, False)
    transport.send(MAIL, SENDER, SCHOOL)
    assert len(sink.mails) == 1


def test_a_connection_lost_inside_the_mail_is_temporary(sink: SmtpSink, transport: SmtpTransport) -> None:
    sink.trouble_at("DATA", CUT_INSIDE)
    lost = failure(transport, b"Subject: x\r\n\r\n" + b"dong dai\r\n" * 3_000_000)
    assert (lost.permanent, lost.uncertain) == (False, False)
    assert sink.mails == []


def test_a_connection_lost_after_the_final_dot_is_uncertain(sink: SmtpSink, transport: SmtpTransport) -> None:
    sink.trouble_at("DOT", DROP)
    lost = failure(transport)
    assert (lost.permanent, lost.uncertain) == (True, True)
    assert "không rõ thư đã đi hay chưa" in lost.reason
    transport.send(MAIL, SENDER, SCHOOL)
    assert [mail.connection for mail in sink.mails] == [1, 2], "both were taken: only the caller may decide to repeat"


def test_an_answer_to_the_final_dot_that_is_none_is_uncertain(sink: SmtpSink, transport: SmtpTransport) -> None:
    sink.trouble_at("DOT", "what?")
    assert failure(transport).uncertain


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_password_goes_over_an_encrypted_connection(security: Security) -> None:
    with smtp_sink(security, user="may-tin", password="mật khẩu") as sink:
        transport = SmtpTransport(settings(sink, security=security, username="may-tin", password="mật khẩu"), timeout=5)
        transport.send(MAIL, SENDER, SCHOOL)
        transport.close()
    assert (sink.mails[0].user, sink.mails[0].encrypted or security == "tls") == ("may-tin", True)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_either_mechanism_of_logging_in_is_enough(mechanism: Mechanism) -> None:
    with smtp_sink("starttls", user="may-tin", password="gửi thư", mechanism=mechanism) as sink:
        transport = SmtpTransport(
            settings(sink, security="starttls", username="may-tin", password="gửi thư"), timeout=5
        )
        transport.send(MAIL, SENDER, SCHOOL)
        transport.close()
    assert sink.mails[0].user == "may-tin"


def test_a_wrong_password_is_a_sentence_that_does_not_tell_it() -> None:
    with smtp_sink("starttls", user="may-tin", password="right") as sink:
        refused = failure(
            SmtpTransport(settings(sink, security="starttls", username="may-tin", password="wr0ng"), timeout=5)
        )
    assert not refused.permanent, "no mail is given up because of a setting"
    assert (refused.retry_after or 0) >= 60
    assert "535" in refused.reason
    assert "wr0ng" not in refused.reason
    assert "wr0ng" not in repr(settings(sink, password="wr0ng"))


def test_a_server_without_starttls_gets_neither_password_nor_mail() -> None:
    with smtp_sink() as sink:
        refused = failure(
            SmtpTransport(settings(sink, security="starttls", username="may-tin", password="x"), timeout=5)
        )
        assert (sink.mails, sink.commands) == ([], ["EHLO"])
    assert "không hỗ trợ mã hóa STARTTLS" in refused.reason


@pytest.mark.parametrize("address", ["a@b.vn\r\nDATA", "a@b.vn,c@d.vn", "<a@b.vn>", "Ánh@b.vn", ""])
def test_an_address_that_is_not_one_never_reaches_the_server(
    address: str, sink: SmtpSink, transport: SmtpTransport
) -> None:
    with pytest.raises(DeliveryError) as refused:
        transport.send(MAIL, SENDER, address)
    assert refused.value.permanent
    assert sink.connections == 0

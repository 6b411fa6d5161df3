"""A way out that cannot work is refused at the start, in one sentence."""

import pytest

from outbox.settings import SmtpSettings


def test_a_maildir_needs_a_path() -> None:
    with pytest.raises(ValueError, match=r'^\[smtp\] kind = "maildir" cần path: hãy ghi thư mục sẽ nhận thư\.$'):
        SmtpSettings(kind="maildir")
    assert SmtpSettings(kind="maildir", path="var/thu-di").path == "var/thu-di"


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_is_a_port(port: int) -> None:
    with pytest.raises(ValueError, match=rf"^\[smtp\] port phải trong khoảng 1 đến 65535, đang là {port}\.$"):
        SmtpSettings(port=port)


@pytest.mark.parametrize("port", [1, 465, 65535])
def test_any_port_will_do(port: int) -> None:
    assert SmtpSettings(port=port).port == port


WITH_TOKENS = {
    "auth": "xoauth2",
    "username": "pgd@office.example",
    "token_url": "https://token.example/",
    "client_id": "tinbai",
    "refresh_token": "1//r",
}


@pytest.mark.parametrize(
    ("empty", "named"),
    [
        ("username", "username"),
        ("token_url", "token_url"),
        ("client_id", "client_id"),
        ("refresh_token", "refresh_token_file"),
    ],
)
def test_access_tokens_need_to_know_whose_and_where_from(empty: str, named: str) -> None:
    with pytest.raises(ValueError, match=rf'^\[smtp\] auth = "xoauth2" còn thiếu {named}\.$'):
        SmtpSettings(**{**WITH_TOKENS, empty: ""})  # type: ignore[arg-type]  # a table of texts


def test_secrets_are_not_shown() -> None:
    shown = repr(SmtpSettings(password="lộ-1", client_secret="lộ-2", refresh_token="lộ-3"))
    assert "lộ-" not in shown

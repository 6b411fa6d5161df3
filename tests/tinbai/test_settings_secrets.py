"""Secrets: never in the settings file, from three other places, never repeated in a sentence."""

from pathlib import Path

import pytest

from tests.tinbai.test_settings import refused, written
from tinbai.settings import Settings, load
from tinbai.settings_secrets import SECRETS, Secret, has_password

SECRET = "bí-mật-9"
ADDRESS = f"postgresql+psycopg://tinbai:{SECRET}@db.example/tinbai"
IDS = [secret.credential for secret in SECRETS]


def value_of(secret: Secret, number: int = 0) -> str:
    return (
        f"postgresql+psycopg://tinbai:{SECRET}-{number}@db.example/x" if secret.key == "url" else f"{SECRET}-{number}"
    )


def read(settings: Settings, secret: Secret) -> object:
    return getattr(getattr(settings, secret.section), secret.key)


def kept(folder: Path, text: str, mode: int = 0o600, name: str = "bí-mật") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


@pytest.mark.parametrize("secret", SECRETS, ids=IDS)
def test_a_secret_in_the_file_stops_the_start_and_is_not_repeated(tmp_path: Path, secret: Secret) -> None:
    sentence = refused(tmp_path, f'[{secret.section}]\n{secret.key} = "{value_of(secret)}"\n')
    for way in (secret.variable, secret.credential, f"{secret.key}_file", f"[{secret.section}] {secret.key}"):
        assert way in sentence
    assert SECRET not in sentence


def test_the_table_names_every_secret_of_mailbox_and_smtp() -> None:
    assert [(secret.section, secret.key) for secret in SECRETS] == [
        *((section, key) for section in ("mailbox", "smtp") for key in ("password", "client_secret", "refresh_token")),
        ("database", "url"),
    ]


@pytest.mark.parametrize("secret", SECRETS, ids=IDS)
def test_a_secret_may_come_from_a_file_the_environment_or_a_credential_and_each_goes_before_the_last(
    tmp_path: Path, secret: Secret
) -> None:
    file = written(
        tmp_path, f'[{secret.section}]\n{secret.key}_file = "{kept(tmp_path, value_of(secret, 1) + chr(10))}"\n'
    )
    assert read(load(file, {}), secret) == value_of(secret, 1)
    environment = {secret.variable: value_of(secret, 2)}
    assert read(load(file, environment), secret) == value_of(secret, 2)
    kept(tmp_path, value_of(secret, 3), name=secret.credential)
    credentials = {**environment, "CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert read(load(file, credentials), secret) == value_of(secret, 3)
    assert read(load(written(tmp_path, ""), {"CREDENTIALS_DIRECTORY": str(tmp_path)}), secret) == value_of(secret, 3)


def test_an_empty_variable_is_none(tmp_path: Path) -> None:
    file = written(tmp_path, f'[smtp]\npassword_file = "{kept(tmp_path, SECRET)}"\n')
    assert load(file, {"TINBAI_SMTP__PASSWORD": ""}).smtp.password == SECRET


def test_a_file_of_the_address_goes_before_an_address_in_the_settings(tmp_path: Path) -> None:
    text = f'[database]\nurl = "sqlite:///x.db"\nurl_file = "{kept(tmp_path, ADDRESS)}"\n'
    assert load(written(tmp_path, text), {}).database.url == ADDRESS


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o660])
def test_a_file_that_others_may_read_or_write_stops_the_start(tmp_path: Path, mode: int) -> None:
    secret = kept(tmp_path, SECRET, mode)
    sentence = refused(tmp_path, f'[mailbox]\npassword_file = "{secret}"\n')
    assert f"`chmod 600 {secret}`" in sentence
    assert f"quyền {mode:03o}" in sentence
    assert SECRET not in sentence


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_ones_own_will_do(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path, f'[mailbox]\npassword_file = "{kept(tmp_path, SECRET, mode)}"\n')
    assert load(file, {}).mailbox.password == SECRET


def test_systemd_guards_its_own_directory(tmp_path: Path) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    kept(folder, SECRET, 0o440, "smtp_password")
    file = written(tmp_path, f'[mailbox]\npassword_file = "{kept(folder, SECRET, 0o444)}"\n')
    settings = load(file, {"CREDENTIALS_DIRECTORY": str(folder)})
    assert (settings.mailbox.password, settings.smtp.password) == (SECRET, SECRET)


def test_a_file_that_cannot_be_read_gets_a_sentence(tmp_path: Path) -> None:
    sentence = refused(tmp_path, '[mailbox]\npassword_file = "/khong/co"\n')
    assert "tệp bí mật /khong/co ([mailbox] password_file): không có tệp" in sentence
    assert "thư mục; hãy chỉ ra một tệp" in refused(tmp_path, f'[smtp]\nrefresh_token_file = "{tmp_path}"\n')
    binary = tmp_path / "nhị-phân"
    binary.write_bytes(b"\xff\xfe\x00")
    binary.chmod(0o600)
    assert "UTF-8" in refused(tmp_path, f'[smtp]\npassword_file = "{binary}"\n')


@pytest.mark.parametrize("text", ["", "\n", f"{SECRET}\nmột dòng nữa\n", f'{{\n"refresh_token": "{SECRET}"\n}}'])
def test_a_file_of_no_line_or_several_is_no_secret(tmp_path: Path, text: str) -> None:
    sentence = refused(tmp_path, f'[smtp]\nrefresh_token_file = "{kept(tmp_path, text)}"\n')
    assert "phải có đúng một dòng" in sentence
    assert SECRET not in sentence


@pytest.mark.parametrize(
    ("address", "secret"),
    [
        ("postgresql+psycopg://tinbai:x@localhost/tinbai", True),
        ("postgresql+psycopg://tinbai:a:b/c@localhost/tinbai", True),
        ("postgresql+psycopg://:x@localhost/tinbai", True),
        ("postgresql+psycopg:///tinbai?host=/run/postgresql&password=x", True),
        ("postgresql+psycopg:///tinbai?sslpassword=x", True),
        ("postgresql+psycopg://tinbai@localhost/tinbai", False),
        ("postgresql+psycopg://tinbai:@localhost/tinbai", False),
        ("postgresql+psycopg://tinbai@localhost:5432/tinbai?sslmode=verify-full", False),
        ("postgresql+psycopg://localhost:5432/tinbai", False),
        ("postgresql+psycopg:///tinbai?passfile=/etc/tinbai/pgpass", False),
        ("sqlite:///var/tinbai.db", False),
        ("sqlite:///var/a:b@c.db", False),
        (5, False),
    ],
)
def test_an_address_is_secret_when_a_password_stands_in_it(address: object, secret: bool) -> None:
    assert has_password(address) is secret


def test_an_address_without_a_password_may_stand_in_the_file(tmp_path: Path) -> None:
    text = '[database]\nurl = "postgresql+psycopg://tinbai@localhost/tinbai"\n'
    assert load(written(tmp_path, text), {}).database.url == "postgresql+psycopg://tinbai@localhost/tinbai"
    assert ".pgpass" in refused(tmp_path, f'[database]\nurl = "{ADDRESS}"\n')


def test_an_address_of_another_kind_is_not_repeated(tmp_path: Path) -> None:
    sentence = refused(tmp_path, "", {"TINBAI_DATABASE__URL": f"mysql://tinbai:{SECRET}@db.example/x"})
    assert "postgresql+psycopg://" in sentence
    assert SECRET not in sentence


def test_no_setting_shows_a_secret(tmp_path: Path) -> None:
    environment = {secret.variable: value_of(secret) for secret in SECRETS}
    assert SECRET not in repr(load(written(tmp_path, ""), environment))


@pytest.mark.parametrize("section", ["mailbox", "smtp"])
def test_the_known_keys_that_a_sentence_names_are_those_for_the_file(tmp_path: Path, section: str) -> None:
    sentence = refused(tmp_path, f'[{section}]\nrefresh_tokn_file = "x"\n')
    named = sentence.rpartition(": ")[2].rstrip(".").split(", ")
    assert {"password_file", "client_secret_file", "refresh_token_file"} <= set(named)
    assert not {"password", "client_secret", "refresh_token"} & set(named)


@pytest.mark.parametrize("section", ["mailbox", "smtp"])
@pytest.mark.parametrize("url", ["http://token.example/", "https://u:p@token.example/", "ftp://localhost/"])
def test_a_token_url_is_https_or_on_this_machine(tmp_path: Path, section: str, url: str) -> None:
    assert f"[{section}] token_url phải" in refused(tmp_path, f'[{section}]\ntoken_url = "{url}"\n')


@pytest.mark.parametrize("section", ["mailbox", "smtp"])
def test_everything_for_access_tokens_can_be_said(tmp_path: Path, section: str) -> None:
    text = (
        f'[{section}]\nauth = "xoauth2"\nusername = "pgd@office.example"\nclient_id = "tinbai"\n'
        f'token_url = "https://token.example/"\nrefresh_token_file = "{kept(tmp_path, SECRET)}"\n'
    )
    said = getattr(load(written(tmp_path, text), {}), section)
    assert (said.auth, said.refresh_token, said.client_secret) == ("xoauth2", SECRET, "")
    incomplete = text.replace("refresh_token_file", "client_secret_file")
    assert f'[{section}] auth = "xoauth2" còn thiếu refresh_token_file' in refused(tmp_path, incomplete)


def test_a_section_that_is_none_gets_its_sentence_whatever_the_environment_says(tmp_path: Path) -> None:
    assert "[smtp] phải là một mục" in refused(tmp_path, "smtp = 5\n", {"TINBAI_SMTP__PASSWORD": SECRET})

"""Settings: from the file, from the environment, and one sentence for whatever is wrong."""

from datetime import date
from pathlib import Path

import pytest

from tinbai.settings import Settings, SettingsError, load


def written(folder: Path, text: str) -> Path:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(folder: Path, text: str, environment: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(written(folder, text), environment or {})
    sentence = str(caught.value)
    assert "\n" not in sentence
    return sentence


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), {}) == Settings()


def test_a_file_is_read(tmp_path: Path) -> None:
    text = '[calendar]\nweek1_monday = 2027-09-06\nbreaks = [{from = 2028-01-24, to = 2028-01-30, name = "Tết"}]\n[fetch]\nports = [80]\n'
    settings = load(written(tmp_path, text), {})
    assert settings.calendar.week1_monday == date(2027, 9, 6)
    assert settings.calendar.breaks[0].name == "Tết"
    assert settings.fetch.ports == (80,)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    environment = {
        "TINBAI_MAILBOX__HOST": "imap.truong.example",
        "TINBAI_MAILBOX__PORT": "1143",
        "TINBAI_MAILBOX__IDLE": "false",
        "TINBAI_DIGEST__AT": '["06:45"]',
        "TINBAI_OFFICE__NAME": "Phường Ba Đình",
        "TINBAI_MAILBOX__PASSWORD": "123456",
    }
    settings = load(written(tmp_path, '[mailbox]\nhost = "cũ"\n'), environment)
    assert (settings.mailbox.host, settings.mailbox.port, settings.mailbox.idle) == ("imap.truong.example", 1143, False)
    assert (settings.digest.at, settings.office.name) == (("06:45",), "Phường Ba Đình")
    assert settings.mailbox.password == "123456"


def test_the_file_can_be_named_by_the_environment(tmp_path: Path) -> None:
    file = written(tmp_path, '[office]\nname = "Sở Hải Phòng"\n')
    assert load(None, {"TINBAI_SETTINGS": str(file)}).office.name == "Sở Hải Phòng"


def test_an_unknown_key_names_the_known_ones(tmp_path: Path) -> None:
    sentence = refused(tmp_path, '[mailbox]\nhots = "x"\n')
    assert "hots" in sentence
    assert "host" in sentence
    assert "password," not in sentence


def test_an_unknown_section_names_the_known_ones(tmp_path: Path) -> None:
    assert "mailbox" in refused(tmp_path, "[mailbx]\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[mailbox]\nport = "nhiều"\n', "[mailbox] port phải là một số nguyên, đang là 'nhiều'"),
        ('[mailbox]\nidle = "có lẽ"\n', "true hoặc false"),
        ('[mailbox]\nsecurity = "ssl"\n', "security phải là một trong 'tls', 'starttls' hoặc 'none', đang là 'ssl'."),
        ('[mailbox]\nkind = "pop3"\n', "[mailbox] kind phải là một trong 'imap' hoặc 'maildir', đang là 'pop3'."),
        ('[smtp]\nhold = "yes"\n', "[smtp] hold phải là true hoặc false, đang là 'yes'."),
        ("[smtp]\nhold = 1\n", "[smtp] hold phải là true hoặc false"),
        ("[mailbox]\nport = true\n", "[mailbox] port phải là một số nguyên"),
        ('[calendar]\nbreaks = [{from = 2027-02-01, name = "Tết"}]\n', "thiếu khóa to trong breaks (mục thứ 1)."),
        ("[calendar]\nbreaks = [{from = 2027-02-01, to = 2027-02-03}]\n", "thiếu khóa name trong breaks (mục thứ 1)."),
        (
            '[calendar]\nbreaks = [{from = "nay", to = 2027-02-03, name = ""}]\n',
            "[calendar] from trong breaks (mục thứ 1) phải là một ngày như 2026-09-07, đang là 'nay'.",
        ),
        (
            '[calendar]\nbreaks = [{from = 2027-02-01, to = 2027-02-03, name = "", note = ""}]\n',
            "không có khóa note trong breaks (mục thứ 1).",
        ),
        ('[fetch]\nports = [80, "x"]\n', "[fetch] ports (mục thứ 2) phải là một số nguyên"),
        ("[office]\nname = 5\n", "một chuỗi trong dấu ngoặc kép"),
        ('[fetch]\nports = "80"\n', "một danh sách"),
        ('[calendar]\nweek1_monday = "hôm nay"\n', "một ngày như 2026-09-07"),
        ('[mailbox]\nstart_from = "hôm qua"\n', "start_from"),
        ("[mailbox]\npoll_seconds = 0\n", "[mailbox] poll_seconds phải ít nhất là 1 giây, đang là 0."),
        ("[mailbox]\nport = 0\n", "[mailbox] port phải trong khoảng 1 đến 65535, đang là 0."),
        ("[mailbox]\nport = 65536\n", "[mailbox] port phải trong khoảng 1 đến 65535, đang là 65536."),
        ('[fetch]\nallow_networks = ["10.0.0.0/8", "x"]\n', "[fetch] allow_networks phải gồm các dải mạng như"),
        ('[fetch]\nallow_networks = ["10.0.0.1/8"]\n', "đang là '10.0.0.1/8'"),
        ("[fetch]\nconcurrency = 0\n", "[fetch] concurrency phải ít nhất là 1, đang là 0."),
        ("[fetch]\nseconds = 0\n", "[fetch] seconds phải lớn hơn 0"),
        ("[fetch]\nseconds = -1.5\n", "đang là -1.5."),
        ("[fetch]\nseconds = nan\n", "[fetch] seconds phải lớn hơn 0"),
        ("[fetch]\nseconds = inf\n", "nhiều nhất là 86400 giây"),
        ("[fetch]\nper_host_gap_seconds = -1\n", "[fetch] per_host_gap_seconds phải ít nhất là 0"),
        ("[fetch]\nmax_bytes = 0\n", "[fetch] max_bytes phải ít nhất là 1"),
        ("[fetch]\nports = [80, 70000]\n", "[fetch] ports phải gồm các cổng trong khoảng 1 đến 65535, đang là 70000."),
        ("[fetch]\nports = [0]\n", "[fetch] ports phải gồm các cổng"),
        ('[fetch]\ncontact = "phong@badinh.example"\n', "Không có khóa contact trong mục [fetch]"),
        ('[fetch]\nown_hosts = ["desk.example"]\n', "Không có khóa own_hosts trong mục [fetch]"),
        ('[office]\naddress = "Phòng GD <pgd>"\n', "không phải là một địa chỉ thư"),
        ('[office]\ntimezone = "Asia/Hanoi"\n', "không có múi giờ 'Asia/Hanoi'"),
        ('[alerts]\nto = ["it"]\n', "[alerts] to"),
        ('[calendar]\ngrace = "tuesday"\n', '"tue 23:59"'),
        ("[calendar]\nweek1_monday = 2026-09-08\n", "không phải thứ Hai"),
        ('[calendar]\nbreaks = [{from = 2027-02-14, to = 2027-02-01, name = "Tết"}]\n', "from phải trước to"),
        ('[digest]\nat = ["7:30"]\n', '["07:30"]'),
        ('[digest]\ndays = ["monday"]\n', "mon, tue"),
        ("[ack]\nper_hour = 0\n", "lớn hơn 0"),
        ('[database]\nurl = "foo"\n', "sqlite:///"),
        ("mailbox = 5\n", "[mailbox] phải là một mục"),
        ("[mailbox\n", "sai cú pháp TOML ở dòng 1, cột 9."),
        ('[mailbox]\nhost = "', "sai cú pháp TOML"),
        ('[smtp]\nsecurity = "none"\nhost = "smtp.truong.example"\n', "chỉ dùng được với máy chủ trên chính máy này"),
    ],
)
def test_a_wrong_value_gets_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    assert says in refused(tmp_path, text)


def test_a_day_to_start_from_may_be_written_as_a_day(tmp_path: Path) -> None:
    assert load(written(tmp_path, "[mailbox]\nstart_from = 2026-11-01\n"), {}).mailbox.start_from == "2026-11-01"
    assert "start_from" in refused(tmp_path, "[mailbox]\nstart_from = 2026-11-01T07:00:00\n")
    assert "một chuỗi" in refused(tmp_path, "[office]\nname = 2026-11-01\n")


@pytest.mark.parametrize(("text", "means"), [("true", True), ("1", True), ("False", False), ("0", False)])
def test_the_environment_switches_in_four_ways(tmp_path: Path, text: str, means: bool) -> None:
    assert load(written(tmp_path, ""), {"TINBAI_SMTP__HOLD": text}).smtp.hold is means


def test_the_environment_switches_in_no_other_way(tmp_path: Path) -> None:
    assert "[smtp] hold phải là true hoặc false, đang là 'yes'." in refused(tmp_path, "", {"TINBAI_SMTP__HOLD": "yes"})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.9.10", "::1"])
def test_clear_text_stays_on_this_machine(tmp_path: Path, host: str) -> None:
    text = f'[smtp]\nsecurity = "none"\nhost = "{host}"\n'
    assert load(written(tmp_path, text), {}).smtp.host == host


@pytest.mark.parametrize(
    "redirector", ["l.facebook.com/l.php?u", "l.messenger.com?u", "*.safelinks.protection.outlook.com?url"]
)
def test_a_redirector_is_taken_as_documented(tmp_path: Path, redirector: str) -> None:
    settings = load(written(tmp_path, f'[fetch]\nredirectors = ["{redirector}"]\n'), {})
    assert settings.fetch.redirectors == (redirector,)


@pytest.mark.parametrize(
    "redirector", ["foo", "foo.vn", "foo.vn?", "https://foo.vn?u", "www.foo.vn?u", "foo.vn?u=1", ""]
)
def test_a_redirector_that_would_never_match_is_refused(tmp_path: Path, redirector: str) -> None:
    assert "tên-miền?khóa" in refused(tmp_path, f'[fetch]\nredirectors = ["{redirector}"]\n')


def test_a_file_that_is_named_and_missing_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"khong-co.toml: không có tệp hoặc thư mục này; hãy"):
        load(tmp_path / "khong-co.toml", {})

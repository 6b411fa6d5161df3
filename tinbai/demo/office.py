"""The sample office: its settings file and its registry, made in the way an operator makes them."""

from contextlib import redirect_stdout
from datetime import date, timedelta
from importlib.resources import files
from io import StringIO
from pathlib import Path
from string import Template

from parsers.roster import SchoolRow, read_members, read_schools
from tinbai.cli.front import Front
from tinbai.cli.people import members, schools
from tinbai.settings import Settings, load

__all__ = [
    "ADDRESS",
    "AUTHSERV_ID",
    "PASSWORD",
    "WEEK",
    "import_registry",
    "read_settings",
    "sample_board",
    "sample_schools",
    "write_settings",
]

ADDRESS = "pgd@badinhedu.example"
AUTHSERV_ID = "mx.badinhedu.example"
PASSWORD = "demo"  # noqa: S105  (of a mailbox on loopback that lives as long as this process)
WEEK = 12  # the week of the school year that today is in
REGISTRY = (("schools.csv", schools), ("members.csv", members))
SECRETS = {"TINBAI_MAILBOX__PASSWORD": PASSWORD, "TINBAI_SMTP__PASSWORD": PASSWORD}

TEMPLATE = Template("""\
# Cấu hình của buổi xem thử. Đặt TINBAI_SETTINGS là đường dẫn của tệp này, rồi dùng các lệnh tinbai như thường.

[office]
address = "$address"

[mailbox]
host = "127.0.0.1"
port = $imap_port
security = "none"
username = "$address"
start_from = "all"
authserv_id = "$authserv_id"

[smtp]
host = "127.0.0.1"
port = $smtp_port
security = "none"
username = "$address"

[database]
url = "sqlite:///$database"

[fetch]
allow_networks = ["127.0.0.0/8"]
ports = [80, 443, $web_port]
per_host_gap_seconds = 0.2

[calendar]
week1_monday = $week1_monday

[board]
undo_minutes = 0   # nhà trường nghe quyết định ngay

[digest]
at = []            # chỉ gửi khi được yêu cầu
""")


def sample_schools() -> tuple[SchoolRow, ...]:
    """The schools of the registry."""
    return read_schools(_registry_file("schools.csv"), Settings().calendar.levels)


def sample_board() -> tuple[str, ...]:
    """The addresses of the registry's board: they get the digest."""
    return tuple(row.email for row in read_members(_registry_file("members.csv")) if row.role == "board" and row.active)


def write_settings(folder: Path, today: date, *, imap_port: int, smtp_port: int, web_port: int) -> Path:
    """Write the office's settings.toml into the folder; today is in the school year's twelfth week."""
    file = folder / "settings.toml"
    text = TEMPLATE.substitute(
        address=ADDRESS,
        authserv_id=AUTHSERV_ID,
        imap_port=imap_port,
        smtp_port=smtp_port,
        web_port=web_port,
        database=folder / "tinbai.db",
        week1_monday=today - timedelta(days=today.weekday(), weeks=WEEK - 1),
    )
    file.write_text(text, encoding="utf-8")
    return file


def read_settings(file: Path) -> Settings:
    """The settings as `tinbai run` would read them, the passwords from the environment given here."""
    return load(file, SECRETS)


def import_registry(settings_file: Path, folder: Path) -> None:
    """Run `tinbai schools import` and `tinbai members import` on copies of the sample files."""
    front = Front(settings_file, SECRETS)
    try:
        for name, command in REGISTRY:
            copy = folder / name
            copy.write_bytes(_registry_file(name))
            with redirect_stdout(StringIO()):  # what they report is no part of the show
                command.main(["import", str(copy)], obj=front, standalone_mode=False)
    finally:
        front.close()


def _registry_file(name: str) -> bytes:
    return files("tinbai.demo").joinpath("registry", name).read_bytes()

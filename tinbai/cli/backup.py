"""`tinbai backup PATH`: a copy of the record that can be put back, made while the daemon works."""

from collections.abc import Mapping
from pathlib import Path

import click

from db.backup import SUFFIXES, BackupFailed, back_up
from tinbai.cli.front import Front, refuse
from tinbai.cli.vietnamese import Command
from tinbai.settings import environment

RESTORE: Mapping[str, str] = {
    "sqlite": "Phục hồi: dừng tinbai, xóa {place}-wal và {place}-shm nếu có, rồi chép tệp này đè lên {place}.",
    "postgresql": "Phục hồi vào một cơ sở dữ liệu trống: pg_restore --no-owner --dbname=TÊN {target}",
}


@click.command(cls=Command)
@click.argument("path", type=click.Path(path_type=Path), metavar="NƠI-LƯU")
@click.pass_obj
def backup(front: Front, path: Path) -> None:
    """Sao lưu cơ sở dữ liệu, cả khi tinbai đang chạy.

    NƠI-LƯU là tên tệp mới hoặc một thư mục có sẵn; không tệp nào bị ghi đè.
    Mật khẩu và tệp cấu hình không nằm trong bản sao lưu: hãy giữ riêng.
    """
    database = front.unmigrated.database
    target = path / _name(front, SUFFIXES[database.kind]) if path.is_dir() else path
    try:
        size = back_up(database, target, environment())
    except BackupFailed as error:
        refuse(str(error))
    click.echo(f"Đã sao lưu vào {target} ({_in_words(size)}).")
    click.echo(RESTORE[database.kind].format(place=database.file, target=target))


def _name(front: Front, suffix: str) -> str:
    now = front.unmigrated.clock().astimezone(front.settings.office.zone)
    return f"tinbai-{now:%Y-%m-%d-%H%M}{suffix}"


def _in_words(size: int) -> str:
    return f"{size / (1 << 20):.1f} MB".replace(".", ",")

"""`tinbai check` on PostgreSQL: whether it answers, its version, its shape, and whether we may write."""

import json
from typing import Any

import pytest
from sqlalchemy import make_url

from db.migrate import migrate
from db.session import Database
from tests.factories import NOW
from tests.servers.ports import free_port
from tests.servers.postgres import Postgres
from tests.tinbai.conftest import CommandLine

pytestmark = pytest.mark.servers


def asked(tinbai: CommandLine, url: str) -> dict[str, dict[str, Any]]:
    tinbai.settings.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")
    tinbai("check", "--json", "--no-mail")
    return {record["question"]: record for record in map(json.loads, tinbai.out.splitlines())}


def test_an_empty_database_is_sent_to_migrate_then_it_is_all_right(tinbai: CommandLine, postgres: Postgres) -> None:
    url = postgres.database()
    found = asked(tinbai, url)["Cơ sở dữ liệu"]
    assert (found["ok"], "`tinbai migrate`" in found["text"]) == (False, True)
    database = Database(url)
    migrate(database, NOW)
    answers = asked(tinbai, url)
    assert (answers["Cơ sở dữ liệu"]["ok"], answers["Các trường"]["ok"]) == (True, False)
    assert "PostgreSQL 1" in answers["Cơ sở dữ liệu"]["text"]
    assert answers["Dung lượng đĩa"]["ok"] is None
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE nguoi_xem LOGIN")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO nguoi_xem")
    reader = make_url(url).set(username="nguoi_xem").render_as_string(hide_password=False)
    found = asked(tinbai, reader)["Cơ sở dữ liệu"]
    assert (found["ok"], "TO nguoi_xem" in found["text"]) == (False, True)
    database.close()
    postgres.drop(url)


def test_a_server_that_is_not_there_is_said_without_its_password(tinbai: CommandLine) -> None:
    url = f"postgresql+psycopg://tinbai@127.0.0.1:{free_port()}/tinbai"
    found = asked(tinbai, url)
    assert (found["Cơ sở dữ liệu"]["ok"], "không kết nối được" in found["Cơ sở dữ liệu"]["text"]) == (False, True)
    assert found["Các trường"]["ok"] is None

"""/healthz and /metrics over HTTP: the right figures, for nobody but machines, and a quick 503 when there are none."""

import http.client
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import select

from db.migrate import migrate
from db.models import Alarm, Lease, MailboxState, OutgoingMail, Run
from db.session import Database
from db.states import MailState, MessageState, StoryState
from tests.factories import NOW, add_message, add_school, add_story
from tinbai.listener import HealthServer
from tinbai.lookout import Watched, pages
from tinbai.pulse import Pulse
from tinbai.settings import MetricsSettings, Settings
from tinbai.wiring import App

PATIENCE = 20.0


@contextmanager
def served(database: Database, pulse: Pulse | None = None) -> Iterator[HealthServer]:
    """The operator's listener over this database."""
    app = App(Settings())
    vars(app)["sandbox"] = None  # nobody works here
    watched = Watched(
        database=database,
        steps=(*app.steps.reading, *app.steps.fetching, *app.steps.delivering),
        clock=lambda: NOW,
        pulse=pulse or Pulse(),
        poll_seconds=120,
        probes={"clock_wrong": lambda: clock_is_fit(database), "disk_low": lambda: True},
        version="9.9",
    )
    server = HealthServer("127.0.0.1:0", pages(watched))
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def resting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database that no test writes to."""
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('resting')}/tinbai.db")
    migrate(made, NOW)
    yield made
    made.close()


@pytest.fixture
def own(tmp_path: Path, resting: Database) -> Iterator[Database]:
    """A copy of it that a test may spoil."""
    assert resting.file is not None
    resting.close()
    copyfile(resting.file, tmp_path / "tinbai.db")
    made = Database(f"sqlite:///{tmp_path}/tinbai.db")
    yield made
    made.close()


def asked(server: HealthServer, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
    """Status, fields, body."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)) as connection:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()


def clock_is_fit(database: Database) -> bool:
    """A probe that asks the database, as a guard of the clock does."""
    with database.read() as session:
        return session.scalars(select(Run.at)).first() is None or True


def figures(server: HealthServer) -> dict[tuple[str, str], float]:
    """(name, label value) → number, read as Prometheus reads it."""
    status, _, text = asked(server, "/metrics")
    assert status == 200
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(sample.name, "".join(sample.labels.values())): sample.value for sample in samples}


def mail(state: MailState, **fields: object) -> OutgoingMail:
    """An outgoing mail."""
    number = next(NUMBERS)
    return OutgoingMail(
        **{
            "state": state,
            "notice": "digest",
            "about": f"digest:{number}",
            "recipient": "mai@board.example",
            "rfc_id": f"<{number}@x.example>",
            "subject": "Bản tin",
            "mail": b"",
            "queued_at": NOW,
        }
        | fields
    )


NUMBERS = iter(range(1000))


def test_a_scrape_tells_how_much_there_is_and_how_old_the_oldest_is(database: Database) -> None:
    ago = timedelta(seconds=90)
    with database.write() as session:
        school = add_school(session)
        add_message(session, school, state=MessageState.WAITING)
        stories = [add_story(session, school, state) for state in (StoryState.PENDING, StoryState.FOUND)]
        stories[1].due_at, stories[1].failure, stories[1].attempts = NOW - ago, "trang không còn tồn tại", 2
        stories[1].lease_until = NOW + ago
        session.add(mail(MailState.QUEUED, due_at=NOW - 2 * ago))
        session.add(mail(MailState.QUEUED, due_at=NOW + ago))
        session.add(mail(MailState.UNCERTAIN))
        session.add(Run(job="digest", period="2026-11-24", at=NOW - timedelta(days=1)))
        session.add(Run(job="digest", period="2026-11-25", at=NOW))
        session.add(Lease(name="mailbox:lan@x.vn/INBOX", holder="may-1:77", until=NOW + ago))
        session.add(Alarm(name="mailbox", since=NOW))
        session.add(
            MailboxState(
                account="lan@x.vn@imap",
                folder="INBOX",
                uidvalidity=1,
                last_uid=7,
                read_at=NOW,
                failed_since=NOW,
                audited_at=NOW,
                audited=7,
                recovered=1,
            )
        )
    pulse = Pulse(lambda: 5.0)
    pulse.expect("deliverer", 60)
    with served(database, pulse) as server:
        found = figures(server)
    assert {
        ("tinbai_messages", "waiting"): 1.0,
        ("tinbai_messages", "received"): 0.0,
        ("tinbai_stories", "pending"): 1.0,
        ("tinbai_stories", "found"): 1.0,
        ("tinbai_outgoing_mails", "queued"): 2.0,
        ("tinbai_outgoing_mails", "uncertain"): 1.0,
        ("tinbai_oldest_due_age_seconds", "deliver"): 180.0,
        ("tinbai_oldest_due_age_seconds", "fetch_page"): 90.0,
        ("tinbai_retried_items", "story"): 1.0,
        ("tinbai_retried_item_attempts", "story"): 2.0,
        ("tinbai_retried_items", "message"): 0.0,
        ("tinbai_leased_items", "story"): 1.0,
        ("tinbai_mailbox_read_timestamp_seconds", "1"): NOW.timestamp(),
        ("tinbai_mailbox_failing", "1"): 1.0,
        ("tinbai_mailbox_audit_timestamp_seconds", "1"): NOW.timestamp(),
        ("tinbai_mailbox_audited_mails", "1"): 7.0,
        ("tinbai_mailbox_recovered_mails", "1"): 1.0,
        ("tinbai_last_run_timestamp_seconds", "digest"): NOW.timestamp(),
        ("tinbai_alarm_since_timestamp_seconds", "mailbox"): NOW.timestamp(),
        ("tinbai_duty_turn_age_seconds", "deliverer"): 0.0,
        ("tinbai_duty_leases", ""): 1.0,
        ("tinbai_mail_moves", ""): 0.0,
        ("tinbai_build_info", "9.9"): 1.0,
    }.items() <= found.items()
    assert found["tinbai_database_size_bytes", ""] > 10_000
    assert found["tinbai_disk_free_bytes", ""] > 0
    assert found["process_resident_memory_bytes", ""] > 0


def test_names_units_and_help_are_as_prometheus_wants_them(resting: Database) -> None:
    with served(resting) as server:
        _, fields, text = asked(server, "/metrics")
    assert fields["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "python_info" not in text  # nothing of the global registry
    for family in text_string_to_metric_families(text):
        assert family.documentation
        assert family.name.startswith(("tinbai_", "process_"))
        assert not family.name.startswith("tinbai_") or family.type == "gauge"
        assert not family.name.endswith("_total") or family.type == "counter"


def test_health_is_200_or_503_with_reasons(resting: Database) -> None:
    pulse = Pulse(iter((0.0, 0.0, 100.0, 100.0)).__next__)
    pulse.expect("deliverer", 60)
    with served(resting, pulse) as server:
        status, fields, body = asked(server, "/healthz")
        assert (status, json.loads(body), fields["Cache-Control"]) == (200, {"status": "ok"}, "no-store")
        assert "Server" not in fields
        status, _, body = asked(server, "/healthz")
    assert (status, json.loads(body)) == (
        503,
        {"status": "failing", "reasons": [{"reason": "duty_stuck", "of": "deliverer", "seconds": 100}]},
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/healthz", 200),
        ("HEAD", "/metrics", 200),
        ("POST", "/healthz", 405),
        ("DELETE", "/metrics", 405),
        ("OPTIONS", "/metrics", 405),
        ("GET", "/", 404),
        ("GET", "/metrics/../settings.toml", 404),
    ],
)
def test_it_is_read_only_and_knows_two_pages(resting: Database, method: str, path: str, status: int) -> None:
    with served(resting) as server:
        got, _, body = asked(server, path, method)
    assert got == status
    assert bool(body) is (method != "HEAD")


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """The file as it is while somebody else has it for himself alone."""
    assert database.file is not None
    database.close()
    with closing(sqlite3.connect(database.file, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_a_locked_database_gives_503_and_is_not_waited_for(
    own: Database, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tinbai.lookout.ANSWER_SECONDS", 0.3)
    with served(own) as server, locked(own):
        begun = time.monotonic()
        answers = [asked(server, path) for _ in range(2)]
        assert time.monotonic() - begun < 10
    for status, _, body in answers:
        assert (status, json.loads(body)["reasons"]) == (503, [{"reason": "database_unavailable"}])
    wait_for_the_asking_thread()


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_a_database_that_is_gone_gives_503_and_is_not_made_anew(own: Database, path: str) -> None:
    assert own.file is not None
    own.close()
    own.file.unlink()
    with served(own) as server:
        assert asked(server, path)[0] == 503
    assert not own.file.exists()


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_a_database_that_is_none_gives_503(own: Database, path: str) -> None:
    assert own.file is not None
    own.close()
    own.file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    with served(own) as server:
        assert asked(server, path)[0] == 503


@pytest.mark.servers
def test_a_database_server_that_does_not_listen_gives_503() -> None:
    with served(Database("postgresql+psycopg://tinbai@127.0.0.1:1/tinbai")) as server:
        assert asked(server, "/healthz")[0] == 503
        assert asked(server, "/metrics")[0] == 503


def wait_for_the_asking_thread() -> None:
    """SQLite waits for its lock longer than the listener does."""
    for thread in threading.enumerate():
        if thread.name == "deadline":
            thread.join(PATIENCE)


def test_it_stops_at_once_with_connections_open_and_frees_its_port(resting: Database) -> None:
    with served(resting) as server:
        port, before = server.port, threading.active_count()
        held = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        held[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert held[0].recv(15) == b"HTTP/1.1 200 OK"
        assert threading.active_count() <= before
        begun = time.monotonic()
        server.stop()
        assert time.monotonic() - begun < 10
    for connection in held:
        connection.close()
    again = HealthServer(f"127.0.0.1:{port}", lambda *_: [])
    again.start()
    again.stop()


@pytest.mark.parametrize(("listen", "host"), [("0", "127.0.0.1"), (":0", "127.0.0.1"), ("127.0.0.1:0", "127.0.0.1")])
def test_it_binds_loopback_unless_told_otherwise(listen: str, host: str) -> None:
    server = HealthServer(listen, lambda *_: [])
    server.start()
    with socket.create_connection((host, server.port)) as connection:
        assert connection.getpeername()[0] == host
    server.stop()


def test_an_address_that_is_taken_is_an_error_at_the_start() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        HealthServer(f"127.0.0.1:{taken.getsockname()[1]}", lambda *_: []).start()


def test_stopping_what_never_started_is_harmless() -> None:
    HealthServer("127.0.0.1:0", lambda *_: []).stop()


@pytest.mark.parametrize("listen", ["", "9464", "127.0.0.1:9464", "[::1]:9464", "localhost:9464", "0.0.0.0:9464"])
def test_where_to_listen_is_an_address_and_a_port(listen: str) -> None:
    assert MetricsSettings(listen).listen == listen


@pytest.mark.parametrize(
    "listen", ["127.0.0.1", "::1:9464", "127.0.0.1:99999", "http://127.0.0.1:9464", "x:y", "9464/x"]
)
def test_anything_else_gets_a_sentence(listen: str) -> None:
    with pytest.raises(ValueError, match=r'\[metrics\] listen phải có dạng "127.0.0.1:9464"'):
        MetricsSettings(listen)

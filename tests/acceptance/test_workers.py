"""Several processes on PostgreSQL: the office's daemon and workers share one queue, and nothing is done twice."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.office import Office, end, school
from tests.pages import story_page
from tests.servers.postgres import Postgres

pytestmark = pytest.mark.servers
MAILS = 12


@pytest.fixture
def office(tmp_path: Path, postgres: Postgres) -> Iterator[Office]:
    """An office on PostgreSQL."""
    url = postgres.database()
    with Office(tmp_path, database=url) as made:
        yield made
    postgres.drop(url)


def send_mails(office: Office) -> None:
    for number in range(MAILS):
        url = office.story_url(number % 2, f"bai-so-{number}")
        office.site.page(url.partition(f":{office.site.port}")[2], story_page(f"Bài viết số {number}"))
        office.send(number % 2, f"Trường gửi bài: {url}")


def all_is_done(office: Office) -> bool:
    stories = [story["state"] for story in office.records("stories")]
    answers = [mail["state"] for mail in office.records("outbox") if mail["notice"] == "acknowledgement"]
    return stories == ["pending"] * MAILS and answers == ["sent"] * MAILS


def test_two_daemons_and_two_workers_share_the_work(office: Office) -> None:
    caps = {"TINBAI_ACK__PER_SENDER_PER_DAY": "100", "TINBAI_ACK__PER_HOUR": "1000"}
    for command in ("run", "run", "worker", "worker"):
        office.start(command, **caps)
    office.wait_for("four starts", lambda: office.log().count("Started") == 4)
    send_mails(office)
    office.wait_for("everything", lambda: all_is_done(office))
    asked = [request.target for request in office.site.requests]
    assert len(asked) == len(set(asked)) == MAILS
    assert sum(len(office.inbox(school(number))) for number in (0, 1)) == MAILS


def test_a_worker_that_is_told_to_stop_ends_soon_and_the_others_go_on(office: Office) -> None:
    caps = {"TINBAI_ACK__PER_SENDER_PER_DAY": "100", "TINBAI_ACK__PER_HOUR": "1000"}
    daemon = office.start("run", **caps)
    worker = office.start("worker", **caps)
    office.wait_for("both starts", lambda: office.log().count("Started") == 2)
    status, seconds = end(worker)
    assert (status, seconds < 15) == (0, True)
    send_mails(office)
    office.wait_for("everything", lambda: all_is_done(office))
    assert end(daemon, signal.SIGTERM)[0] == 0


def test_a_worker_needs_postgresql(tmp_path: Path) -> None:
    with Office(tmp_path) as office:
        assert "PostgreSQL" in office.tinbai("worker", status=1)

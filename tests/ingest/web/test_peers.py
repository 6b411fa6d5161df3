"""Whom the fetcher connects to, whatever the address, the name server or a redirect says: every peer is recorded."""

import socket
from collections.abc import Callable, Iterable
from threading import Event

import pytest

from ingest.address import is_public
from ingest.failures import Failure
from ingest.web import Fetcher, FetchSettings
from tests.ingest.web.fetching import LOOPBACK, PUBLIC, Peer, failure
from tests.servers.web import SchoolSite
from tests.ssrf_vectors import Vector, vectors

Connect = Callable[[socket.socket, Peer], None]


@pytest.fixture
def peers(monkeypatch: pytest.MonkeyPatch) -> list[Peer]:
    """Record every peer and reach none."""
    seen: list[Peer] = []

    def connect(_socket: socket.socket, peer: Peer) -> None:
        seen.append(peer)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


class NameServer:
    """Answers `name TYPE data` lines; lines after "then" from the second question on. Unknown names are public."""

    def __init__(self, text: str) -> None:
        now, _, later = text.partition("| then ")
        self.turns = [self._records(now), self._records(later)] if later else [self._records(now)]

    def __call__(self, host: str) -> Iterable[str]:
        records = self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]
        return self._answers(records, host, hops=0)

    def _records(self, text: str) -> list[tuple[str, str, str]]:
        lines = (line.split() for line in text.split("|"))
        return [(line[0], line[1], line[2] if len(line) > 2 else "") for line in lines if len(line) > 1]

    def _answers(self, records: list[tuple[str, str, str]], host: str, hops: int) -> list[str]:
        if hops > 8 or host in {"localhost", "metadata.google.internal"}:
            return ["127.0.0.1"] if hops <= 8 else []
        own = [record for record in records if record[0] == host]
        if not own:
            return [PUBLIC]
        if own[0][1] == "TIMEOUT":
            raise TimeoutError
        if own[0][1] == "NXDOMAIN":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if own[0][1] == "CNAME":
            return self._answers(records, own[0][2], hops + 1)
        return [address for _, kind, data in own if kind in {"A", "AAAA"} for address in data.split(",")]


@pytest.mark.parametrize("vector", vectors("url."), ids=lambda vector: f"{vector.kind} {vector.text[:40]!a}")
def test_no_written_address_leads_to_a_peer_that_is_not_public(vector: Vector, peers: list[Peer]) -> None:
    reader = Fetcher(FetchSettings(), NameServer(""), own_hosts=("desk.office.example",))
    failure(reader, vector.text)
    assert bool(peers) is vector.allowed
    assert all(is_public(address) for address, _ in peers)


@pytest.mark.parametrize("vector", vectors("dns."), ids=lambda vector: f"{vector.kind} {vector.text[:60]}")
def test_no_answer_of_a_name_server_leads_to_a_peer_that_is_not_public(vector: Vector, peers: list[Peer]) -> None:
    url, _, records = vector.text.partition(" | ")
    failure(Fetcher(FetchSettings(), NameServer(records)), url.split(" => ")[0])
    assert all(is_public(address) for address, _ in peers)
    assert not peers or vector.allowed or vector.kind == "dns.rebind"


TOLD_IN_WORDS = {
    "redir.header-abuse",
    "redir.loop",
    "redir.non-http",
    "redir.credentials",
}  # each has its own test below
REDIRECTS = [vector for vector in vectors("redir.") if vector.kind not in TOLD_IN_WORDS]


@pytest.mark.parametrize("vector", REDIRECTS, ids=lambda vector: f"{vector.kind} {vector.text[:70]!a}")
def test_no_redirect_leads_to_a_peer_that_is_not_public(
    vector: Vector, site: SchoolSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The samples' public web server is the site on loopback here: its connections are turned there as they open."""
    seen: list[Peer] = []
    real_connect: Connect = socket.socket.connect

    def connect(peer_socket: socket.socket, peer: Peer) -> None:
        seen.append(peer)
        if peer != (PUBLIC, 80):
            raise ConnectionRefusedError
        real_connect(peer_socket, ("127.0.0.1", site.port))

    monkeypatch.setattr(socket.socket, "connect", connect)
    start, _, rest = vector.text.partition(" => ")
    answer, _, records = rest.partition(" | ")
    status, _, location = answer.partition(" ")
    site.redirect("/", location, status=int(status))
    failure(Fetcher(FetchSettings(), NameServer(records)), start.replace("https:", "http:"))
    assert len(site.requests) == 1
    assert seen == ([(PUBLIC, 80), (PUBLIC, 443)] if vector.allowed else [(PUBLIC, 80)])


def test_a_name_that_changes_between_two_hops_is_refused_at_the_second(site: SchoolSite) -> None:
    answers = iter([("127.0.0.1",), ("10.0.0.1",)])
    site.redirect("/", "/x")
    reader = Fetcher(FetchSettings(LOOPBACK, (site.port,)), lambda _host: next(answers))
    assert failure(reader, site.url("/")).reason == Failure.PRIVATE_ADDRESS.reason
    assert len(site.requests) == 1


def test_a_name_is_looked_up_once_and_the_checked_address_connected_to(peers: list[Peer]) -> None:
    asked: list[str] = []

    def resolve(host: str) -> tuple[str, ...]:
        asked.append(host)
        return (PUBLIC,) if len(asked) == 1 else ("169.254.169.254",)

    failure(Fetcher(FetchSettings(), resolve), "https://r.example.net/")
    assert (asked, peers) == (["r.example.net"], [(PUBLIC, 443)])


@pytest.mark.parametrize(
    "answers", [(PUBLIC, "127.0.0.1"), ("10.0.0.1", PUBLIC), (PUBLIC, "fe80::1%eth0"), (PUBLIC, "x")]
)
def test_one_bad_answer_spoils_all(answers: tuple[str, ...], peers: list[Peer]) -> None:
    error = failure(Fetcher(FetchSettings(), lambda _host: answers), "http://x.example.net/")
    assert (error.reason, error.permanent, peers) == (Failure.PRIVATE_ADDRESS.reason, True, [])


def test_an_allowed_network_opens_no_other(peers: list[Peer]) -> None:
    failure(Fetcher(FetchSettings(("10.1.0.0/16",)), lambda _host: ("10.2.0.1",)), "http://x.example.net/")
    assert peers == []


def test_further_addresses_are_tried_but_not_many(peers: list[Peer]) -> None:
    addresses = tuple(f"1.1.1.{last}" for last in range(1, 100))
    error = failure(Fetcher(FetchSettings(), lambda _host: addresses), "http://x.example.net/")
    assert (error.reason, error.permanent) == (Failure.NO_CONNECTION.reason, False)
    assert [address for address, _ in peers] == list(addresses[:4])


@pytest.mark.parametrize(
    "url",
    [
        "https://www.facebook.com/share/p/1AbC/",
        "https://m.facebook.com/story.php?id=1",
        "https://fb.watch/a",
        "https://oa.zalo.me/1",
        "https://www.tiktok.com/@a/video/1",
        "https://youtu.be/a",
        "https://drive.google.com/file/d/1",
        "https://x.com/a/status/1",
        "https://mobile.twitter.com/a/status/1",
        "https://h5.zapps.vn/a",
        "https://m.me/a",
        "https://1drv.ms/w/a",
        "https://school.sharepoint.com/a",
    ],
)
def test_social_pages_are_never_asked_for(url: str, peers: list[Peer]) -> None:
    error = failure(Fetcher(FetchSettings(), lambda _host: (PUBLIC,)), url)
    assert error.permanent
    assert "kính đề nghị gửi liên kết trên website của trường" in error.reason
    assert peers == []


def test_a_page_that_only_mentions_a_social_name_is_asked_for(peers: list[Peer]) -> None:
    failure(Fetcher(FetchSettings(), lambda _host: (PUBLIC,)), "https://notfacebook.com/facebook.com")
    assert peers == [(PUBLIC, 443)]


def test_a_slow_name_server_is_given_up(monkeypatch: pytest.MonkeyPatch, peers: list[Peer]) -> None:
    monkeypatch.setattr("ingest.connection.DNS_SECONDS", 0.05)
    over = Event()

    def resolve(_host: str) -> tuple[str, ...]:
        over.wait(5)
        return (PUBLIC,)

    error = failure(Fetcher(FetchSettings(), resolve), "http://x.example.net/")
    over.set()
    assert (error.reason, error.permanent, peers) == (Failure.TOO_SLOW.reason, False, [])


def test_an_unknown_host_may_come_back() -> None:
    for records in ("nx.example.net NXDOMAIN", "nx.example.net NOANSWER"):
        error = failure(Fetcher(FetchSettings(), NameServer(records)), "http://nx.example.net/")
        assert (error.reason, error.permanent) == (Failure.NO_SUCH_HOST.reason, False)

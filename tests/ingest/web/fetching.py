"""What the tests of the fetcher share: one that may reach loopback, and the failure of a fetch."""

import ssl

import pytest

from ingest.web import Fetcher, FetchError, FetchSettings
from tests.servers.web import CERTIFICATE, SchoolSite

PAGE = "<html><body><h1>Lễ khai giảng</h1></body></html>"
PUBLIC = "93.184.216.34"
LOOPBACK = ("127.0.0.0/8",)
Peer = tuple[str, int]


def loopback(_host: str) -> tuple[str, ...]:
    return ("127.0.0.1",)


def fetcher(site: SchoolSite, *, seconds: float = 20, insecure: tuple[str, ...] = (), trust: bool = True) -> Fetcher:
    settings = FetchSettings(LOOPBACK, (site.port,), seconds, insecure_tls_hosts=insecure)
    context = ssl.create_default_context(cafile=CERTIFICATE) if trust else None
    return Fetcher(settings, loopback, context, contact="desk@office.example")


def failure(reader: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as raised:
        reader.get(url)
    return raised.value

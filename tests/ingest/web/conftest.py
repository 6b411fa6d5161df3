"""A school's site on loopback, in HTTP and in HTTPS, for the tests of the fetcher."""

from collections.abc import Iterator

import pytest

from tests.ingest.web.fetching import PAGE
from tests.servers.web import SchoolSite


@pytest.fixture
def site() -> Iterator[SchoolSite]:
    with SchoolSite() as running:
        running.page("/", PAGE)
        yield running


@pytest.fixture
def secure_site() -> Iterator[SchoolSite]:
    with SchoolSite(tls=True) as running:
        running.page("/", PAGE)
        yield running

"""The search for secrets finds them in every disguise; without this, finding none would prove nothing."""

import json
import quopri
from base64 import b64encode
from collections.abc import Callable
from email.header import Header
from urllib.parse import quote, quote_plus

import pytest

from tests.secrets import KINDS, Secrets


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "disguise",
    [
        str,
        str.upper,
        repr,
        json.dumps,
        quote,
        quote_plus,
        lambda value: b64encode(value.encode()).decode(),
        lambda value: b64encode(b"\0user\0" + value.encode()).decode(),
        lambda value: b64encode(b"to: " + value.encode() + b" and more").decode(),
        lambda value: b64encode(b"to:  " + value.encode() + b" and more").decode(),
        lambda value: quopri.encodestring(b"long line " * 6 + value.encode()).decode(),
        lambda value: Header(value, "utf-8").encode(),
        lambda value: value.encode().hex(),
        lambda value: "".join(f"&#{ord(letter)};" for letter in value),
        lambda value: value[::-1],
    ],
)
def test_a_secret_is_found_in_every_disguise(kind: str, disguise: Callable[[str], str]) -> None:
    secrets = Secrets()
    value = secrets.seed(kind)
    assert secrets.found_in(f"before {disguise(value)} after") == [f"{kind} {next(iter(secrets.cores))}"]


def test_nothing_is_found_where_nothing_is() -> None:
    secrets = Secrets()
    for kind in KINDS:
        secrets.seed(kind)
    assert secrets.found_in("Kính gửi Ban biên tập, " * 1000) == []
    assert secrets.figures(["abc"]) == f"secrets seeded {len(KINDS)}, bytes searched 3, found 0"

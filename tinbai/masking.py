"""Takes people and secrets out of a text that is to be logged: addresses, links, server replies, tokens, passwords.

A last net for the few texts that are logged at all (`tinbai/logs.py` says which). It knows shapes, not meanings: a name
or a subject has none, and must not get here.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from urllib.parse import quote, unquote, urlsplit

UNSAID = "…"
LONGEST = 1000  # characters that are looked at
SHOWN = 300
SHORTEST_SECRET = 3

LINK = re.compile(r"\b([a-z][a-z0-9+.-]{1,20})://([^\s\"'<>]*)", re.IGNORECASE)
QUERY = re.compile(r"[?#][^\s\"'<>]+")
ADDRESS = re.compile(r"(\"[^\"]*\"|[^\s<>\"'(),;:\[\]]+)(?:[@＠]|%40)([^\s<>\"'(),;:]+)")
CREDENTIALS = re.compile(r"\b(bearer|basic|plain|login|xoauth2|oauthbearer)\s+[A-Za-z0-9+/=_.~-]{4,}", re.IGNORECASE)
NAMED_SECRET = re.compile(
    r"\b([\w-]*(?:password|passwd|pwd|secret|token|api[_-]?key|signature))(\s*[=:]\s*)[^\s,;&]+", re.IGNORECASE
)
REPLY = re.compile(r"(?<![\w.:/-])([45]\d\d)(?:[ -]).*", re.DOTALL)  # a mail server's answer quotes what it was sent
TOKEN = re.compile(r"[A-Za-z0-9+/_=~-]{20,}")
LONG_WORD = 32  # letters without a digit; shorter ones are words


class Mask:
    """What is left of a text. `secrets` are hidden wherever they stand, as they are and percent-encoded."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        long_enough = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        forms = {form for secret in long_enough for form in (secret, quote(secret, safe=""))}
        self._secrets = sorted(forms, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without people, secrets and what follows the place where it was cut."""
        if len(text) > LONGEST:
            text = text[:LONGEST].rpartition(" ")[0] + f" {UNSAID}"
        for secret in self._secrets:
            text = text.replace(secret, UNSAID)
        text = REPLY.sub(rf"\1 {UNSAID}", text)
        text = CREDENTIALS.sub(rf"\1 {UNSAID}", NAMED_SECRET.sub(rf"\1\2{UNSAID}", text))
        text = QUERY.sub(f"?{UNSAID}", LINK.sub(_site, text))
        text = TOKEN.sub(_token, ADDRESS.sub(_address, text))
        return text if len(text) <= SHOWN else text[:SHOWN] + UNSAID


def secrets_of(settings: object) -> Iterator[str]:
    """Every text of the settings that its dataclass keeps out of its repr, and the passwords inside of addresses."""
    for field in fields(settings) if is_dataclass(settings) else ():
        value = getattr(settings, field.name)
        if isinstance(value, str):
            if value and not field.repr:
                yield value
            yield from _passwords_in(value)
        else:
            yield from secrets_of(value)


def _passwords_in(text: str) -> Iterator[str]:
    userinfo = urlsplit(text).netloc.rpartition("@")[0] if "://" in text else ""
    password = userinfo.partition(":")[2]
    if password:
        yield from {password, unquote(password)}


def _site(match: re.Match[str]) -> str:
    """Scheme and host; who logs in, the path and the query stay out."""
    host, slash, _ = re.sub(r"^[^/?#]*[@＠]", "", match[2]).partition("/")
    host = re.split(r"[?#]", host)[0]
    return f"{match[1]}://{host}" + (f"/{UNSAID}" if slash else "")


def _address(match: re.Match[str]) -> str:
    local, domain = match[1].strip('"'), match[2]
    return f"{local[:1] if local[:1].isalnum() else ''}***@{domain[:1] if domain[:1].isalnum() else ''}***"


def _token(match: re.Match[str]) -> str:
    text = match[0]
    return UNSAID if len(text) >= LONG_WORD or any(character.isdigit() for character in text) else text

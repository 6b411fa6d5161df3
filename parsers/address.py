"""One strict reading of one mail address: two programs must never see two different senders in it.

Everything that any parser might read in another way is refused: no quoted or encoded local part, no address literal, no
route, no second mailbox, no group. It must not guess.
"""

import re
import unicodedata

from parsers.idn import NoDomainName, to_a_labels, to_u_label

__all__ = ["ascii_domain", "parse_mailbox"]

MAX_LENGTH = 254  # RFC 5321 section 4.5.3.1.3
MAX_LOCAL = 64
MAX_FIELD = 2_000

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = rf"{_ATOM}(?:\.{_ATOM})*"
_DOMAIN = r"[^\s\x00-\x2c/:-@\[-`{-\x7f]+"  # letters, digits, hyphen, dot, and anything beyond ASCII for IDNA to judge
_QUOTED = r'"(?:[^"\\\x00-\x1f\x7f]|\\[ -~])*+"'
_COMMENT = r"\([^()<>@\\\x00-\x1f\x7f]*+\)"
_PHRASE = rf'(?:{_QUOTED}|{_COMMENT}|[^"()<>@,;:\\\x00-\x1f\x7f]++)*+'
_MAILBOX = re.compile(
    rf"(?:(?P<name>{_PHRASE})<(?P<local>{_LOCAL})@(?P<domain>{_DOMAIN})>|(?P<bare>{_LOCAL})@(?P<host>{_DOMAIN}))"
    rf"\s*(?P<comment>{_COMMENT})?"
)
_DOT_ALIKE = re.compile("[\u3002\uff0e\uff61]")  # IDNA libraries take these for dots, mail servers do not
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def parse_mailbox(value: str) -> tuple[str, str] | None:
    """Return the address in lower case with an ASCII domain, and the display name as written; None on any defect.

    value: a From-like field, unfolded and undecoded. A comment may stand beside the address, never in it (RFC 5322
    section 3.4, less what sections 4.4 and 6854 add).
    """
    if len(value) > MAX_FIELD:
        return None
    found = _MAILBOX.fullmatch(value.replace("\t", " ").strip(" "))
    if found is None:
        return None
    local, domain = (found["local"] or found["bare"]).lower(), ascii_domain(found["domain"] or found["host"])
    if domain is None or "=?" in local or len(local) > MAX_LOCAL or len(local) + len(domain) >= MAX_LENGTH:
        return None
    return f"{local}@{domain}", _display_name(found["name"] or "", found["comment"] or "")


def ascii_domain(domain: str) -> str | None:
    """Return the domain in lower-case ASCII; None unless it is a clean name of two labels or more (IDNA 2008).

    A label that mixes scripts is not clean: it was made to look like another one (UTS 39).
    """
    if _DOT_ALIKE.search(domain):
        return None
    try:
        encoded = to_a_labels(domain.lower()) if not domain.isascii() else domain.lower()
        labels = encoded.split(".")
        clean = all(_LABEL.fullmatch(label) and _is_single_script(label) for label in labels)
    except NoDomainName:
        return None
    return encoded if clean and len(labels) > 1 and not labels[-1].isdecimal() and len(encoded) <= 253 else None


def _is_single_script(label: str) -> bool:
    """Look at the letters behind an A-label; raises NoDomainName when it is no valid one."""
    letters = (sign for sign in to_u_label(label) if sign.isalpha()) if label.startswith("xn--") else ()
    return len({unicodedata.name(letter, "?").split(" ")[0] for letter in letters}) <= 1


def _display_name(phrase: str, comment: str) -> str:
    """Return the words before the address, or else the comment after it, as old programs write the name."""
    if not phrase.strip(" "):
        return comment[1:-1]
    return re.sub(_QUOTED, lambda quoted: re.sub(r"\\(.)", r"\1", quoted[0][1:-1]), phrase)

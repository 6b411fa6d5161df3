"""One-line mails on both sides of each boundary between the kinds: a table, so that it can be read and added to.

`data/kinds.tsv`: kind, who wrote it, subject, text; {URL} is a story on the school's own site, | a new line.
"""

from pathlib import Path

import pytest

from parsers.reading import read
from tests.parsers.letters import letter, office
from tests.parsers.test_week import at

TABLE = Path(__file__).parent / "data" / "kinds.tsv"
ROWS = [
    tuple(line.split("\t"))
    for line in TABLE.read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
URL = "https://c1kimdong.giangvo.example/tin-tuc/mot-ngay-o-truong-em-pmtd22sw1501"
SENDERS = {"stranger": '"Một người lạ" <ai.do@gmail.example>'}
OFFICE = office(authserv_id="")


@pytest.mark.parametrize(("kind", "who", "subject", "text"), ROWS, ids=[f"{row[0]}: {row[3][:60]}" for row in ROWS])
def test_a_mail_is_of_the_kind_a_clerk_would_say(kind: str, who: str, subject: str, text: str) -> None:
    mail = letter(
        text.replace("|", "\n").replace("{URL}", URL),
        subject=subject,
        references=("<asked@badinhedu.example>",) if who == "reply" else (),
        headers={"From": SENDERS.get(who, "c1kimdong-bd@hanoiedu.example")},
    )
    assert read(mail, OFFICE, at("2026-11-25 10:00")).kind == kind

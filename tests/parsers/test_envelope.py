"""Why a person has to say whose mail it is."""

import pytest

from parsers.envelope import envelope_of
from tests.parsers.letters import letter, office

MX = "mx.badinhedu.example"


@pytest.mark.parametrize(
    ("sender", "dmarc", "said"),
    [
        ("c1kimdong-bd@hanoiedu.example", "pass", None),
        ("tpt.c2nt@badinhedu.example", "pass", None),
        ("c1kimdong-bd@hanoiedu.example", "fail", "không xác thực được"),
        ("vanthu@badinhedu.example", "fail", "không xác thực được"),
        ("vanthu@badinhedu.example", "pass", "Cán bộ"),
        ("ai-do@gmail.example", "pass", "add-address"),
        ('"c1kimdong-bd@hanoiedu.example" <ai-do@gmail.example>', "pass", "tên hiển thị"),
        ("a@x.example, b@x.example", "pass", "hai địa chỉ"),
    ],
)
def test_the_doubt_about_a_sender_is_told_in_a_sentence(sender: str, dmarc: str, said: str | None) -> None:
    domain = sender.rpartition("@")[2].rstrip(">")
    headers = {"From": sender, "Authentication-Results": f"{MX}; dmarc={dmarc} header.from={domain}"}
    doubt = envelope_of(letter(headers=headers), office().registry, MX).doubt
    assert doubt is None if said is None else said in (doubt or "")


def test_without_a_known_server_a_registered_address_counts_unverified() -> None:
    found = envelope_of(letter(headers={"From": "c1kimdong-bd@hanoiedu.example"}), office().registry, "")
    assert (found.school, found.verified, found.doubt) == (True, False, None)

"""Whole mails, read as a clerk would read them."""

import json
from pathlib import Path
from typing import Any

import pytest

from parsers.links import STORY_ROLES
from parsers.message import Attachment, parse_message
from parsers.reading import Reading, read
from parsers.stories import KnownStory, story_key
from tests.parsers.letters import letter, office
from tests.parsers.test_week import at

CORPUS = Path(__file__).parents[1] / "corpus"
CASES = (
    "plain-one-link",
    "html-gmail-signature",
    "numbered-list",
    "no-marks",
    "typed-on-a-mac",
    "gmail-forward",
    "workspace-alias-and-disclaimer",
)
FIELDS = ("kind", "school", "school_by", "claimed_week", "received_week", "credited_week", "action")
OFFICE = office(authserv_id="")
NOW = at("2026-11-25 10:00")
SCHOOL, OTHER_SCHOOL = "c1kimdong-bd@hanoiedu.example", "c2thongnhat-bd@hanoiedu.example"
URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-stem-khoi-nam-pmtd22sw1501"
NEW_URL = "https://c1kimdong.giangvo.example/tin-tuc/ngay-hoi-stem-khoi-nam-ban-dung-pmtd22sw1502"


def golden(case: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads((CORPUS / f"{case}.json").read_text(encoding="utf-8"))
    return answer


@pytest.mark.parametrize("case", CASES)
def test_a_mail_of_the_corpus_is_read_right_in_every_field(case: str) -> None:
    message = parse_message((CORPUS / f"{case}.eml").read_bytes())
    assert message.received is not None
    expected = golden(case)
    got = read(message, office(), message.received)
    assert {field: getattr(got, field) for field in FIELDS} == {field: expected[field] for field in FIELDS}
    assert [link.url for link in got.links if link.role in STORY_ROLES] == expected["links"]
    assert [link.url for link in got.links if link.role not in STORY_ROLES] == expected["other_links"]
    assert list(got.flags) == expected["flags"]
    assert got.silence_reason is None
    if "titles" in expected:
        assert [link.title for link in got.links if link.role in STORY_ROLES] == expected["titles"]


def test_there_is_a_test_for_each_mail_with_a_golden_answer_here() -> None:
    assert all((CORPUS / f"{case}.eml").exists() for case in CASES)


def reading(
    text: str, subject: str = "Gửi bài", sender: str = SCHOOL, known: dict[str, KnownStory] | None = None
) -> Reading:
    return read(letter(text, subject=subject, headers={"From": sender}), OFFICE, NOW, known)


def have(*urls: str) -> dict[str, KnownStory]:
    return {story_key(url, OFFICE.registry): KnownStory(url, f"<{number}@x>") for number, url in enumerate(urls)}


def test_a_story_the_office_has_is_a_duplicate_without_credit() -> None:
    got = reading(f"Gửi lại bài {URL}?utm_source=zalo", known=have(URL))
    assert (got.kind, got.credited_week, got.flags, got.action) == (
        "story_submission",
        None,
        ("duplicate", "unverified"),
        "ack",
    )


def test_a_new_story_beside_a_known_one_is_credited() -> None:
    got = reading(f"Gửi bài {URL} và {NEW_URL}", known=have(URL))
    assert got.credited_week == 12
    assert "duplicate" in got.flags


def test_the_same_article_on_the_schools_other_host_is_the_same_story() -> None:
    old, new = (f"https://c2thongnhat.{area}.example/tin/ngay-hoi-pmtd22sw2301" for area in ("badinh", "ngocha"))
    got = reading(f"Gửi bài {old}", sender=OTHER_SCHOOL, known=have(new))
    assert got.flags == ("duplicate", "host_alias", "unverified")


@pytest.mark.parametrize(
    ("url", "same"),
    [
        (URL.replace("tin-tuc", "hoat-dong"), True),  # the number is the article
        (URL.replace("1501", "1502"), False),
        (URL.replace("c1kimdong.giangvo", "c2thongnhat.ngocha"), False),  # numbers are local to a site
    ],
)
def test_an_article_number_names_the_story_within_its_school(url: str, same: bool) -> None:
    assert (story_key(url, OFFICE.registry) == story_key(URL, OFFICE.registry)) is same


def test_a_correction_replaces_the_story_it_names_and_only_the_new_link_is_a_story() -> None:
    got = reading(f"Link cũ bị lỗi: {URL}\nTrường gửi lại link đúng: {NEW_URL}", known=have(URL))
    assert got.kind == "correction"
    assert [link.url for link in got.links if link.role in STORY_ROLES] == [NEW_URL]
    assert "replaces:<0@x>" in got.flags
    assert got.credited_week == 12


def test_a_correction_that_names_nothing_replaces_the_schools_latest_story() -> None:
    got = reading(f"Link hôm qua bị nhầm, link đúng: {NEW_URL}", known=have(URL))
    assert "replaces:<0@x>" in got.flags


def test_a_stranger_with_a_schools_link_waits_for_a_person() -> None:
    got = reading(f"Em gửi bài của trường {URL}", sender="ai-do@gmail.example")
    assert (got.school, got.school_by, got.action) == ("th-kim-dong", "link-host", "human")
    assert got.flags == ("credit_provisional", "unknown_sender")
    assert got.waiting_reason


def test_a_schools_address_that_no_server_vouches_for_is_a_strangers() -> None:
    message = letter(f"Gửi bài {URL}", headers={"From": SCHOOL})
    got = read(message, office("mx.badinhedu.example"), NOW)
    assert (got.school_by, got.action) == ("link-host", "human")
    assert "unknown_sender" in got.flags


VOUCHED = "mx.badinhedu.example; dmarc=pass header.from=hanoiedu.example"
FAILED = "mx.badinhedu.example; dmarc=fail header.from=hanoiedu.example"


@pytest.mark.parametrize(
    ("authserv_id", "result", "verified"),
    [
        ("mx.badinhedu.example", VOUCHED, True),
        ("mx.badinhedu.example", FAILED, False),
        ("mx.badinhedu.example", "other.example; dmarc=pass header.from=hanoiedu.example", False),
        ("", VOUCHED, False),  # nobody is known whose word would count
    ],
)
def test_a_sender_is_verified_only_by_the_word_of_the_receiving_server(
    authserv_id: str, result: str, verified: bool
) -> None:
    message = letter(f"Gửi bài {URL}", headers={"From": SCHOOL, "Authentication-Results": result})
    assert read(message, office(authserv_id), NOW).verified is verified


@pytest.mark.parametrize(
    ("sender", "action"), [(SCHOOL, "none"), ("cv.mamnon@badinhedu.example", "none"), ("ai-do@gmail.example", "human")]
)
def test_thanks_are_laid_aside_only_when_the_office_knows_whose_they_are(sender: str, action: str) -> None:
    got = reading("Xin cảm ơn Ban biên tập.", "Re: [BBT] Đã nhận", sender)
    assert (got.kind, got.action, bool(got.waiting_reason)) == ("reply_thanks", action, action == "human")


def test_thanks_from_a_schools_address_that_no_server_vouches_for_go_to_a_person() -> None:
    message = letter("Xin cảm ơn Ban biên tập.", subject="Re: [BBT] Đã nhận", headers={"From": SCHOOL})
    assert read(message, office("mx.badinhedu.example"), NOW).action == "human"


def test_staff_are_no_strangers_and_no_school() -> None:
    got = reading(f"Chuyển bài của trường {URL}", sender="cv.mamnon@badinhedu.example")
    assert (got.school, got.school_by) == ("th-kim-dong", "link-host")
    assert "unknown_sender" not in got.flags


def test_a_parent_speaks_for_no_school() -> None:
    got = reading("Con tôi học trường TH Kim Đồng bị đánh hội đồng.", "Kêu cứu", "phu-huynh@gmail.example")
    assert (got.kind, got.school, got.action) == ("incident_report", None, "escalate")


PROBLEMS = [
    ("Tuần này trường đã đăng 02 tin bài.", ("no_link",)),
    ("Gửi bài: https://c1kimdong.giangvo.example/", ("no_article_link",)),
    ("Gửi bài fanpage: https://www.facebook.com/share/p/1A/", ("credit_provisional", "unfetchable_social")),
]


@pytest.mark.parametrize(("text", "flags"), PROBLEMS)
def test_a_submission_without_a_page_to_read_is_acknowledged_with_its_problem(
    text: str, flags: tuple[str, ...]
) -> None:
    got = reading(text)
    assert got.action == "ack_with_problem"
    assert set(got.flags) == {*flags, "unverified"}


def test_an_article_in_word_without_a_link_is_noticed() -> None:
    word = Attachment("Ngay hoi.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"")
    got = read(letter("Gửi bài viết đính kèm", headers={"From": SCHOOL}, attachments=(word,)), OFFICE, NOW)
    assert {"article_in_attachment", "no_link"} <= set(got.flags)


def test_a_mail_enclosed_in_a_mail_is_handed_on() -> None:
    inner = f"From: a@b.example\r\nSubject: x\r\n\r\nLink {URL}\r\n".encode()
    enclosed = Attachment("bai.eml", "message/rfc822", inner)
    got = read(
        letter("Kính chuyển", subject="Fwd: bài", headers={"From": SCHOOL}, attachments=(enclosed,)), OFFICE, NOW
    )
    assert [(link.url, link.role, link.found_in) for link in got.links] == [(URL, "article", "forwarded")]


def test_links_of_mails_that_offer_no_story_are_no_stories() -> None:
    report = "Báo cáo nhanh: có em nhập viện, xem https://www.facebook.com/groups/1/posts/2"
    assert [link.role for link in reading(report).links] == ["evidence"]
    bait = "Hộp thư của bạn sắp bị khóa, xác minh: http://x.example/login"
    assert [link.role for link in reading(bait, sender="a@b.example").links] == ["suspicious"]


def test_an_incident_is_restricted_whole_and_escalated() -> None:
    got = reading(f"Gửi bài {URL}\nBáo cáo nhanh: có 02 em nhập viện.", "Gửi tin bài")
    assert (got.kind, got.action, got.credited_week) == ("incident_report", "escalate", None)
    assert {"restricted", "urgent"} <= set(got.flags)
    assert "nhập viện" in got.incident_words


def test_a_bounce_names_the_address_that_failed() -> None:
    report = "Final-Recipient: rfc822; c1abc@hanoiedu.example\nAction: failed\n"
    message = letter(report, subject="Undelivered", headers={"From": "mailer-daemon@x.example", "Return-Path": "<>"})
    got = read(message, OFFICE, NOW)
    assert (got.kind, got.flags, got.action) == ("bounce", ("bounce:c1abc@hanoiedu.example",), "human")


@pytest.mark.timeout(60)
def test_a_huge_mail_is_read_quickly() -> None:
    assert reading(f"Trường TH Kim Đồng gửi bài {URL}\n" * 5_000).school == "th-kim-dong"

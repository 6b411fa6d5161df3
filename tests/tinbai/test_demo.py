"""The parts that `tinbai demo` is made of, one by one."""

import io
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rich.console import Console

from db.states import MessageState, StoryState
from parsers.page import parse_page
from tinbai.demo import office
from tinbai.demo.archive import Archive, Kept
from tinbai.demo.drafts import Expected
from tinbai.demo.mails import SampleMail, sample_mails
from tinbai.demo.show import Show, abridged
from tinbai.demo.sites import SchoolSites, school_day
from tinbai.demo.stage import SeenMail, SeenStory
from tinbai.demo.verdict import faults

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MAIL_ID = "<1@truong.example>"
SCHOOL = "c1kimdong-bd@hanoiedu.example"
BOARD = ("lan@badinhedu.example", "huy@badinhedu.example")


@pytest.fixture(scope="module")
def sites() -> Iterator[SchoolSites]:
    with SchoolSites(office.sample_schools(), TODAY) as running:
        yield running


def fetched(sites: SchoolSites, url: str) -> bytes:
    parts = urlsplit(url)
    request = urllib.request.Request(f"http://127.0.0.1:{sites.port}{parts.path}", headers={"Host": parts.netloc})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


class TestSites:
    def test_every_story_page_is_an_article_with_its_title_and_its_day(self, sites: SchoolSites) -> None:
        for story in sites.stories.values():
            page = parse_page(fetched(sites, story.url), story.url, "text/html; charset=utf-8", today=TODAY)
            assert (page.kind, page.title, page.published_on) == ("article", story.title, story.day)

    def test_pictures_are_pictures(self, sites: SchoolSites) -> None:
        story = sites.stories["doc-sach"]
        page = parse_page(fetched(sites, story.url), story.url, "text/html; charset=utf-8", today=TODAY)
        assert fetched(sites, page.image_url or "").startswith(b"\x89PNG")

    @pytest.mark.parametrize("host", ["c1kimdong.giangvo.example", "www.c1kimdong.giangvo.example"])
    def test_a_schools_host_is_this_machine(self, sites: SchoolSites, host: str) -> None:
        assert sites.resolve(host) == ("127.0.0.1",)

    def test_no_other_host_exists(self, sites: SchoolSites) -> None:
        with pytest.raises(OSError, match=r"portal\.example"):
            sites.resolve("portal.example")

    def test_a_page_of_one_school_is_not_found_at_another(self, sites: SchoolSites) -> None:
        path = urlsplit(sites.stories["doc-sach"].url).path
        with pytest.raises(urllib.error.HTTPError, match="404") as refused:
            fetched(sites, sites.homes["th-le-van-tam"] + path)
        refused.value.close()

    def test_the_front_page_lists_every_story_for_a_browser(self, sites: SchoolSites) -> None:
        front = fetched(sites, f"http://127.0.0.1:{sites.port}/").decode()
        for story in sites.stories.values():
            assert sites.browsable(story.url) in front
            assert fetched(sites, sites.browsable(story.url)) == fetched(sites, story.url)

    @pytest.mark.parametrize(
        ("today", "back", "day"),
        [
            (date(2026, 11, 25), 1, date(2026, 11, 24)),
            (date(2026, 11, 23), 1, date(2026, 11, 20)),  # Monday: Friday is the school day before
            (date(2026, 11, 22), 1, date(2026, 11, 20)),
            (date(2026, 11, 21), 1, date(2026, 11, 20)),
            (date(2026, 11, 25), 4, date(2026, 11, 19)),
        ],
    )
    def test_stories_happen_on_school_days(self, today: date, back: int, day: date) -> None:
        assert school_day(today, back) == day


class TestMails:
    @pytest.fixture
    def mails(self, sites: SchoolSites) -> list[SampleMail]:
        stories = {key: story.url for key, story in sites.stories.items()}
        return list(sample_mails(stories, sites.homes, 12, office.ADDRESS, NOW))

    def test_each_has_an_identity_of_its_own_and_nothing_left_to_fill_in(self, mails: list[SampleMail]) -> None:
        assert len({mail.message_id for mail in mails}) == len(mails)
        for mail in mails:
            parsed = message_from_bytes(mail.raw, policy=policy.default)
            assert parsed["Message-ID"] == mail.message_id
            assert "{" not in "".join(str(part.get_content()) for part in parsed.walk() if not part.is_multipart())

    def test_each_school_mail_comes_from_a_school_of_the_registry(self, mails: list[SampleMail]) -> None:
        addresses = {address for school in office.sample_schools() for address in school.emails}
        suffixes = {suffix for school in office.sample_schools() for suffix in school.suffixes}
        for mail in mails:
            known = mail.address in addresses or mail.address.partition("@")[0].rpartition(".")[2] in suffixes
            assert known is not (mail.name == "Trần Thu Trang")

    def test_the_board_is_the_registrys_without_its_staff(self) -> None:
        assert office.sample_board() == BOARD


class TestOffice:
    @pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 11, 29), date(2031, 1, 1)])
    def test_today_is_in_the_twelfth_week(self, tmp_path: Path, today: date) -> None:
        file = office.write_settings(tmp_path, today, imap_port=1143, smtp_port=1587, web_port=8080)
        week1 = office.read_settings(file).calendar.week1_monday
        assert week1.weekday() == 0
        assert (today - week1).days // 7 + 1 == office.WEEK

    def test_no_password_stands_in_the_settings_file(self, tmp_path: Path) -> None:
        file = office.write_settings(tmp_path, TODAY, imap_port=1143, smtp_port=1587, web_port=8080)
        assert "password =" not in file.read_text(encoding="utf-8")
        assert office.read_settings(file).mailbox.password == office.PASSWORD


class TestArchive:
    ANSWER = (
        b"From: pgd@badinhedu.example\r\nSubject: =?utf-8?q?=C4=90=C3=A3_nh=E1=BA=ADn?=\r\nIn-Reply-To: <1@truong.example>\r\n"
        b"X-Tinbai-Notice: acknowledgement\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Ch\xc3\xa0o</p>\r\n"
    )

    def test_an_answer_is_kept_as_it_was_and_as_a_page(self, tmp_path: Path) -> None:
        archive = Archive(tmp_path, office.ADDRESS, str.upper)
        archive.keep(SCHOOL, self.ANSWER)
        (kept,) = archive.sent
        assert (kept.subject, kept.answers, kept.notice) == ("Đã nhận", MAIL_ID, "acknowledgement")
        assert kept.file.read_bytes() == self.ANSWER
        assert kept.html_file is not None
        assert kept.html_file.read_text(encoding="utf-8") == "<P>CHÀO</P>"

    def test_no_address_leads_out_of_the_folder(self, tmp_path: Path) -> None:
        archive = Archive(tmp_path, office.ADDRESS, str)
        archive.keep("../../etc/passwd", self.ANSWER)
        assert archive.sent[0].file.parent == tmp_path / "thu-di"

    def test_a_mail_to_the_office_is_no_mail_of_tinbai(self, tmp_path: Path) -> None:
        archive = Archive(tmp_path, office.ADDRESS, str)
        archive.keep(office.ADDRESS, b"Subject: x\r\n\r\nKhong co From\r\n")
        assert archive.sent == ()
        assert len(list((tmp_path / "thu-den").iterdir())) == 1


def kept(recipient: str, notice: str = "acknowledgement", answers: str | None = None) -> Kept:
    return Kept(recipient, notice, "Tiêu đề", answers, "", Path("x.eml"), None, 0.0)


STORY = SeenStory(1, StoryState.PENDING, "Ngày hội đọc sách", "Sáng nay.", "", repeats=False)
GOOD = SeenMail(MessageState.READ, "TH Kim Đồng", None, (STORY,))
ANSWER = kept(SCHOOL, answers=MAIL_ID)
DIGESTS = tuple(kept(member, "digest") for member in BOARD)
MAIL = SampleMail("một bài", "TH Kim Đồng", SCHOOL, "Link bài", MAIL_ID, b"", Expected(stories=1))
SILENT = replace(MAIL, expected=Expected(state=MessageState.WAITING))


class TestVerdict:
    def test_nothing_is_wrong_when_everything_came_as_expected(self) -> None:
        assert faults([MAIL], {MAIL_ID: GOOD}, [ANSWER, *DIGESTS], BOARD) == []

    @pytest.mark.parametrize(
        ("mail", "seen", "sent", "fault"),
        [
            (MAIL, None, (ANSWER, *DIGESTS), "không được đọc"),
            (MAIL, replace(GOOD, state=MessageState.QUARANTINED), (ANSWER, *DIGESTS), "trạng thái quarantined"),
            (MAIL, replace(GOOD, stories=()), (ANSWER, *DIGESTS), "0 bài mới chờ duyệt"),
            (MAIL, replace(GOOD, stories=(replace(STORY, state=StoryState.FOUND),)), (ANSWER, *DIGESTS), "0 bài mới"),
            (MAIL, replace(GOOD, stories=(replace(STORY, title="http://x"),)), (ANSWER, *DIGESTS), "không có tiêu đề"),
            (MAIL, replace(GOOD, stories=(replace(STORY, summary=""),)), (ANSWER, *DIGESTS), "không có tóm tắt"),
            (MAIL, GOOD, DIGESTS, "0 thư trả lời"),
            (MAIL, GOOD, (ANSWER, ANSWER, *DIGESTS), "2 thư trả lời"),
            (MAIL, GOOD, (ANSWER, kept("ai@do.example"), *DIGESTS), "ai@do.example nhận 1 thư trả lời"),
            (MAIL, GOOD, (ANSWER, DIGESTS[0]), f"{BOARD[1]} nhận 0 bản tổng hợp"),
            (SILENT, GOOD, DIGESTS, "lẽ ra phải là waiting"),
            (SILENT, replace(GOOD, state=MessageState.WAITING, stories=()), (ANSWER, *DIGESTS), "1 thư trả lời"),
        ],
    )
    def test_each_broken_expectation_has_its_sentence(
        self, mail: SampleMail, seen: SeenMail | None, sent: tuple[Kept, ...], fault: str
    ) -> None:
        assert any(fault in sentence for sentence in faults([mail], {MAIL_ID: seen}, sent, BOARD))

    def test_a_board_without_members_is_a_fault(self) -> None:
        assert faults([], {}, [], []) == ["Ban biên tập không có thành viên nào."]


class TestShow:
    @pytest.mark.parametrize("width", [20, 60, 80, 200])
    def test_no_line_is_wider_than_the_terminal_and_none_ends_in_blanks(self, width: int) -> None:
        out = io.StringIO()
        show = Show(Console(file=out, width=width, highlight=False))
        show.opening()
        show.arrival(1, MAIL)
        show.outcome(
            replace(GOOD, stories=(replace(STORY, title="Ngày hội " * 20, summary="Sáng nay. " * 60),)), [ANSWER], 0.0
        )
        show.digest([replace(ANSWER, text="Kính gửi\n\n" + "http://truong.example/" + "a" * 100)])
        lines = out.getvalue().splitlines()
        assert max(len(line) for line in lines) <= min(width, 96)
        assert all(line == line.rstrip() for line in lines) or width < 40

    def test_square_brackets_of_a_subject_are_no_markup(self) -> None:
        out = io.StringIO()
        Show(Console(file=out, width=80)).arrival(1, replace(MAIL, subject="[Tuần 12] [bold]Link[/bold]"))
        assert "[Tuần 12] [bold]Link[/bold]" in out.getvalue()

    def test_a_long_digest_keeps_its_first_stories_and_its_end(self) -> None:
        digest = "Kính gửi\n\n#1 – A\n   Một\n\n#2 – B\n   Hai\n\n#3 – C\n   Ba\n\n#4 – D\n\nTrân trọng"
        assert (
            abridged(digest, 2)
            == "Kính gửi\n\n#1 – A\n   Một\n\n#2 – B\n   Hai\n\n… còn 02 tin bài nữa trong thư\n\nTrân trọng"
        )
        assert abridged(digest, 4) == digest

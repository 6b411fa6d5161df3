"""Which lines below an address are its rest: programs wrap at 72 columns, and prose goes on much more often."""

import pytest

from tests.parsers.letters import letter
from tests.parsers.test_link_spans import HOST, ONE, PATH, SLUG, TWO
from tests.parsers.test_links import links, stories

LONG = f"https://{HOST}/tin-tuc-su-kien/truong-tieu-hoc-kim-dong-to-chuc-chuyen-de-ung-dung-cong-nghe-thong-tin-pmtd22sw1503"

WRAPPED = [
    (f"https:\\\\{HOST}\\tin-tuc\\ngay-hoi-stem-khoi-nam-pmtd22sw1501", [ONE]),
    (f"{ONE}\n\n{ONE}", [ONE]),
    (f"  {LONG[:76]}\n  {LONG[76:]}", [LONG]),
    (f"{LONG[:76]}\n{LONG[76:]}", [LONG]),
    (f"{LONG[:76]}=\n{LONG[76:]}", [LONG]),
    (f"{LONG[:76]}\n\n{LONG[76:]}", [LONG]),
    (f"Link: {LONG[:60]}\n{LONG[60:]}", [LONG]),
    (f"Link: {LONG[:72]}\n{LONG[72:]}\nTrân trọng", [LONG]),
    (f"Link: {LONG[:72]} \n{LONG[72:]}. Trân trọng", [LONG]),
    (f"Link: https://{HOST}\n{PATH}", [ONE]),
    (f"Link: https://{HOST}/\ntin-tuc/ngay-hoi-stem-khoi-nam-pmtd22sw1501", [ONE]),
    (f"Link: https://{HOST}/tin-tuc/\nngay-hoi-stem-khoi-nam-pmtd22sw1501", [ONE]),
    (f"Link: {SLUG}\n-pmtd22sw1501", [ONE]),
    (f"<{LONG[:70]}\n{LONG[70:]}>", [LONG]),
    (
        f"<https://{HOST}/tin-tu\nc-su-kien/truong-tieu-hoc-kim-dong-to-chuc-chuyen-de-ung-dung-cong-nghe-thong-tin-pmtd22sw1503>",
        [LONG],
    ),
    (
        f"(https://{HOST}/tin-tu\nc-su-kien/truong-tieu-hoc-kim-dong-to-chuc-chuyen-de-ung-dung-cong-nghe-thong-tin-pmtd22sw1503)",
        [LONG],
    ),
    (f"{ONE}\nngày hội rất vui", [ONE]),
    (f"{ONE}\ntin-bai", [ONE]),
    (f"{ONE}\n{TWO}", [ONE, TWO]),
    (f"{ONE}\nbai-2", [ONE]),
    (f"{ONE}\n0912345678", [ONE]),
    (f"{ONE}\n24/11/2026", [ONE]),
    (f"{ONE}\n20-11-2026", [ONE]),
    (f"https://{HOST}/?p=123\n2. Bài", [f"https://{HOST}/?p=123"]),
    (
        f"https://{HOST}/tin-tuc/dai-hoi-chi-doi-nam-hoc-2026-2027-lop-5a-truong-tieu-hoc-kim-dong\nHà Nội, ngày 24/11",
        [f"https://{HOST}/tin-tuc/dai-hoi-chi-doi-nam-hoc-2026-2027-lop-5a-truong-tieu-hoc-kim-dong"],
    ),
    (
        f"https://{HOST}/tin-tuc/dai-hoi-chi-doi-nam-hoc-2026-2027-lop-5a-truong-tieu-hoc-kim-dong\nchi-doi",
        [f"https://{HOST}/tin-tuc/dai-hoi-chi-doi-nam-hoc-2026-2027-lop-5a-truong-tieu-hoc-kim-dongchi-doi"],
    ),
    (f"{ONE}\r\n", [ONE]),
    (f"{SLUG}\nHội thi giáo viên giỏi", [SLUG]),
    (f"{SLUG}\nhoi-thi", [SLUG]),
    (f"{SLUG}\n- Bài 2", [SLUG]),
    (f"{SLUG}\n-Bài 2: {TWO}", [SLUG, TWO]),
    (f"{SLUG}\n24/11/2026", [SLUG]),
    (f"{SLUG}\nlop-5a", [SLUG]),
    (f"{ONE}\nngay-hoi-stem-khoi-bon", [ONE]),
    (f"{ONE}\n-ngay-hoi-stem-khoi-bon", [ONE]),
    (f"{ONE}\n\nngay-hoi-stem-khoi-bon-pmtd22sw9", [ONE]),
    (f"{ONE}\nGV: Lan", [ONE]),
    (f"{ONE}\n@lan", [ONE]),
    (f"{ONE}\nwww.{HOST}", [ONE]),
    (f"{SLUG}-2026-2027\nNgười viết: Lan", [f"{SLUG}-2026-2027"]),
    (f"{ONE}?x=1\n2", [f"{ONE}?x=1"]),
    (f"https://{HOST}/?p=\n123", [f"https://{HOST}/?p=123"]),
    (
        f"https://{HOST}/index.php?chucnang=view_chitiet&\nbaivietcode=6698",
        [f"https://{HOST}/index.php?chucnang=view_chitiet&baivietcode=6698"],
    ),
    (
        f"https://{HOST}/index.php?chucnang=view_chitiet\n&baivietcode=6698",
        [f"https://{HOST}/index.php?chucnang=view_chitiet&baivietcode=6698"],
    ),
    (f"<{ONE}>\n<{TWO}>", [ONE, TWO]),
    (f"({ONE}\nxem thêm)", [ONE]),
    (f"[1] {ONE}\n[2] {TWO}", [ONE, TWO]),
    (f"{ONE},\n{TWO}", [ONE, TWO]),
    (f"{ONE}-\n{TWO}", [f"{ONE}-", TWO]),
]


@pytest.mark.parametrize(("text", "found"), WRAPPED)
def test_an_address_goes_on_in_the_next_line_only_if_that_can_be_nothing_else(text: str, found: list[str]) -> None:
    assert stories(letter(text)) == found


def test_a_mail_program_that_marks_only_the_first_half_as_a_link_hides_nothing() -> None:
    html = f'<p><a href="{SLUG}-">{SLUG}-</a><br>pmtd22sw1501</p>'
    (link,) = links(letter(html=html))
    assert (link.url, "\n" in link.written) == (ONE, True)

"""When two links are one story: a school's moves and resends are, other numbers and other schools are not."""

import pytest

from parsers.school import Registry, SchoolEntry
from parsers.stories import story_key

NEW, OLD = "c1kimdong.giangvo.example", "c1kimdong.badinh.example"
OTHER = "c2thongnhat.ngocha.example"
REGISTRY = Registry(
    (
        SchoolEntry("th-kim-dong", "TH", hosts=(NEW, OLD)),
        SchoolEntry("thcs-thong-nhat", "THCS", hosts=(OTHER,)),
    )
)
PATH = "/tin-tuc/ngay-hoi-stem-pmtd22sw1501"


def key(url: str) -> str:
    return story_key(url, REGISTRY)


@pytest.mark.parametrize(
    "other",
    [
        f"http://{NEW}{PATH}",
        f"https://www.{NEW}{PATH}/",
        f"https://m.{NEW}{PATH}",
        f"https://{NEW.upper()}{PATH}",
        f"https://{NEW}/m{PATH}",
        f"https://{NEW}{PATH}?m=1",
        f"https://{NEW}{PATH}?fbclid=x&utm_source=zalo#top",
        f"https://{OLD}{PATH}",
        f"https://{OLD}/chi-tiet/ngay-hoi-stem-sua-lai-pmtd22sw1501",
        f"https://l.facebook.com/l.php?u=https%3A%2F%2F{OLD}{PATH}",
        f"https://www.google.com/amp/s/{NEW}{PATH}",
    ],
)
def test_the_same_article_of_a_school_is_one_story_wherever_and_however_it_is_addressed(other: str) -> None:
    assert key(other) == key(f"https://{NEW}{PATH}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"https://{NEW}/a/bai/ct/3/77", f"https://{OLD}/b/bai-sua/ctfull/4/77"),
        (f"https://{NEW}/le-khai-giang/", f"http://{OLD}/le-khai-giang"),
        (f"https://{NEW}/tin-t%E1%BB%A9c/b%C3%A0i-12", f"https://{OLD}/tin-tức/bài-12"),
        (f"https://{NEW}/index.php?b=6&a=1", f"https://{OLD}/?a=1&b=6"),
        ("https://khac.example/x/ctfull/1/2", "https://khac.example/x/ct/1/2"),
    ],
)
def test_other_platforms_too(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"https://{NEW}{PATH}", f"https://{NEW}/tin-tuc/ngay-hoi-stem-pmtd22sw1502"),
        (f"https://{NEW}{PATH}", f"https://{OTHER}{PATH}"),
        (f"https://{NEW}/a/bai/ct/3/77", f"https://{NEW}/a/bai/ct/3/78"),
        (f"https://{NEW}/a/bai/ct/3/1501", f"https://{NEW}{PATH}"),
        (f"https://{NEW}/tin.php?cid=1&mid=8", f"https://{NEW}/tin.php?cid=1&mid=9"),
        (f"https://{NEW}/tin.php?cid=1&mid=8", f"https://{NEW}/tin.php?cid=1"),
        (f"https://{NEW}/bai?phien-ban=2", f"https://{NEW}/bai"),
        (f"https://{NEW}/#/tin/1", f"https://{NEW}/#/tin/2"),
        (f"https://{NEW}/le-khai-giang", "https://khac.example/le-khai-giang"),
        (f"https://m.khac.example{PATH}", f"https://{NEW}{PATH}"),
    ],
)
def test_another_number_another_unknown_value_or_another_school_is_another_story(one: str, other: str) -> None:
    assert key(one) != key(other)

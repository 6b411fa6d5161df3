"""What is remembered, and what is not."""

from parsers.memo import remembered


def test_a_text_is_asked_about_once_and_a_long_one_each_time() -> None:
    asked: list[str] = []

    @remembered(entries=2, longest=3)
    def size(text: str) -> int:
        asked.append(text)
        return len(text)

    assert [size(text) for text in ("abc", "abc", "abcd", "abcd")] == [3, 3, 4, 4]
    assert asked == ["abc", "abcd", "abcd"]


def test_only_the_last_answers_are_kept() -> None:
    asked: list[str] = []

    @remembered(entries=2, longest=3)
    def echo(text: str) -> str:
        asked.append(text)
        return text

    assert [echo(text) for text in "abcab"] == list("abcab")
    assert asked == list("abcab")

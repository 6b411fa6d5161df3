"""Summarise a story by its own sentences: nothing in a summary is written by the program.

The scheme is fixed, not trained: position, closeness to the other sentences and overlap with the title, less penalties
for sentences that cannot stand alone or only open a ceremony. The page's own lead, where there is one, comes first.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from parsers.sentences import Sentence, split_sentences, syllables
from parsers.words import plain, tokens

__all__ = ["MAX_SYLLABLES", "Summary", "summarise"]

MAX_SYLLABLES = 60
_USABLE = range(8, 61)  # syllables
_CONSIDERED = 200  # sentences; nothing later has ever won
_POSITION, _CENTRALITY, _TITLE = 0.5, 0.2, 1.2
_DANGLING = re.compile(
    r"^\W*(?:bên cạnh đó|ngoài ra|đồng thời|song song (?:với|đó)|tuy nhiên|tuy vậy|nhưng|vì vậy|vì thế|do đó|"
    r"do vậy|từ đó|qua đó|"
    r"sau đó|tiếp (?:đó|theo|nối)|cũng|theo đó|trước đó|tại đây|ở đây|nhân dịp này|cùng dịp này|dịp này|"
    r"trong khi đó|chính (?:vì|nhờ)|"
    r"không (?:chỉ|những)|hơn (?:nữa|thế)|mặt khác|đặc biệt|có thể nói|như vậy|thế là|và|thì|còn|đó là|đây là|"
    r"điều (?:đó|này)|"
    r"việc (?:này|đó)|các (?:em|con|cô|bạn|bé) (?:ấy|đó)|em ấy|cô ấy|thầy ấy|họ|nó|phát biểu|kết thúc|mở đầu|"
    r"được biết)\b",
    re.IGNORECASE,
)
_CEREMONY = re.compile(
    r"^\W*(?:hòa (?:chung|cùng|trong)|hoà (?:chung|cùng|trong)|trong (?:không khí|niềm vui|những ngày)|"
    r"thực hiện (?:kế hoạch|công văn|"
    r"nhiệm vụ|chỉ đạo|chủ đề|chương trình|quyết định|theo)|căn cứ|hưởng ứng|nhằm|để|với mục (?:đích|tiêu)|"
    r"được sự (?:quan tâm|chỉ đạo|đồng ý|"
    r"cho phép)|nằm trong|như (?:thường lệ|chúng ta)|mỗi (?:độ|mùa|năm)|cứ mỗi|kính thưa|xin (?:chân thành|"
    r"trân trọng|chúc|cảm ơn)|trân trọng|"
    r"chúc|về (?:dự|tham dự)|tham dự|tới dự|đến dự|thành phần)\b",
    re.IGNORECASE,
)
_FINISHED = re.compile(r"[.!?…:;][”’\"'»)\]]*$")
_SPEECH = re.compile(r"^\W*[“\"‘]|[”\"]\W*$")
_FACT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Summary:
    """Sentences of the page in page order; `sources` are their places in the text, as (start, end)."""

    text: str
    sources: tuple[tuple[int, int], ...]


def summarise(title: str, text: str, sentences: int = 3, lead: str | None = None) -> Summary:
    """Choose up to `sentences` sentences of the text, MAX_SYLLABLES in all; one long sentence is better than none.

    `lead` is the page's own lead; it counts only when it stands in the text word for word.
    """
    found = split_sentences(text)[:_CONSIDERED]
    chosen = _of_lead(found, text, lead)[:sentences]
    budget = MAX_SYLLABLES - sum(syllables(sentence.text) for sentence in chosen)
    for sentence in _ranked(found, title):
        cost = syllables(sentence.text)
        if len(chosen) < sentences and sentence not in chosen and cost <= budget:
            chosen.append(sentence)
            budget -= cost
    if not chosen and sentences > 0:
        chosen = _last_resort(found)
    chosen.sort(key=lambda sentence: sentence.start)
    return Summary(
        " ".join(sentence.text for sentence in chosen), tuple((sentence.start, sentence.end) for sentence in chosen)
    )


def _of_lead(found: Sequence[Sentence], text: str, lead: str | None) -> list[Sentence]:
    """The sentences of the lead, as many as the budget takes; at least the first."""
    start = text.find(lead) if lead and lead.strip() else -1
    if start < 0 or lead is None:
        return []
    inside = [sentence for sentence in found if start <= sentence.start and sentence.end <= start + len(lead)]
    taken: list[Sentence] = []
    for sentence in inside:
        if taken and sum(syllables(other.text) for other in [*taken, sentence]) > MAX_SYLLABLES:
            break
        taken.append(sentence)
    return taken


def _ranked(found: Sequence[Sentence], title: str) -> list[Sentence]:
    """Usable sentences that are worth reading, best first; the best of all counts whatever it is worth."""
    words = [frozenset(tokens(plain(sentence.text))) for sentence in found]
    frequency = Counter(word for sentence in words for word in sentence)
    named = frozenset(tokens(plain(title)))
    scores = {
        sentence.start: _score(sentence, position, words[position], named, frequency, len(found))
        for position, sentence in enumerate(found)
    }
    usable = [sentence for sentence in found if syllables(sentence.text) in _USABLE and not _is_title(sentence, title)]
    ranked = sorted(usable, key=lambda sentence: -scores[sentence.start])
    return [sentence for sentence in ranked if scores[sentence.start] > 0] or ranked[:1]


def _score(
    sentence: Sentence, position: int, words: frozenset[str], title: frozenset[str], frequency: Counter[str], total: int
) -> float:
    centrality = sum(frequency[word] for word in words) / (len(words) * total) if words else 0.0
    overlap = len(words & title) / len(title) if title else 0.0
    return _POSITION / (position + 1) + _CENTRALITY * centrality + _TITLE * overlap - _penalty(sentence.text)


def _penalty(text: str) -> float:
    penalty = (
        0.0 if _FINISHED.search(text) else 0.8
    )  # captions, headings and rows of a table do not speak for the story
    if _DANGLING.search(text):
        penalty += 0.6
    if text.rstrip("”\"')").endswith("?"):
        penalty += 0.6
    if _SPEECH.search(text):
        penalty += 0.3
    if _CEREMONY.search(text):
        # "Hưởng ứng …, sáng 9/11, hơn 900 học sinh …" still says who and when; a bare flourish does not.
        penalty += 0.2 if _FACT.search(text) else 0.5
    return penalty


def _is_title(sentence: Sentence, title: str) -> bool:
    return tokens(plain(sentence.text)) == tokens(plain(title))


def _last_resort(found: Sequence[Sentence]) -> list[Sentence]:
    """The first sentence with something to say, when every one is too long or too short."""
    readable = [sentence for sentence in found if syllables(sentence.text) >= _USABLE.start]
    return [min(readable or found, key=lambda sentence: syllables(sentence.text))] if readable else list(found[:1])

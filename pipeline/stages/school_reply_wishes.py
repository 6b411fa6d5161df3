"""What a school's reply asks for, told by the letter it answers: which story is meant, and whether it may be done.

It changes nothing. What is not plain, and what the board has decided already, is for a person: then nothing is done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from db.models import School, Story
from db.queries import replies, stories
from db.states import StoryState
from parsers.link_roles import is_social_host
from parsers.school_reply import SchoolReply
from parsers.school_request import ALL, LAST, Number, Request, Verb
from pipeline.registry import registry_from
from pipeline.stages.ack_letter import NO_STORY_HERE, listed

NOT_PLAIN = "Thư trả lời của trường có đề nghị chưa rõ; cần người đọc và xử lý."
WHICH_STORY = "Trường đề nghị rút bài, đổi tuần hoặc thay bài nhưng chưa rõ là bài nào."
NO_SUCH_STORY = "Thư của trường nhắc tới bài số {number}, nhưng không có bài ấy của trường."
DECIDED = "Trường đề nghị rút hoặc thay bài #{number}, nhưng bài đã được Ban biên tập duyệt hoặc đã đăng."
WHICH_LINK = "Trường gửi liên kết thay thế nhưng chưa rõ liên kết nào thay cho bài nào."
BOARDS = (StoryState.APPROVED, StoryState.PUBLISHED)


class ForAPerson(Exception):
    """A person has to read the reply; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to do: take a story back, credit it to another week, replace it by the link with that identity key,
    or take the text of the reply for it."""

    verb: Verb | None  # None: the text
    story: int
    week: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The letter that is answered: its stories by place, zero where a place has none."""

    places: tuple[int, ...]
    school: School


def answered_letter(session: Session, references: Sequence[str], school: School, domain: str) -> Answered | None:
    """The last letter to this school, or the last mail of its own, that the references name and that lists stories."""
    registry = registry_from(session, domain)
    for mail in replies.letters(session, references):
        owner = registry.of_address(mail.recipient)
        kind, _, number = mail.about.partition(":")
        places = tuple(mail.listed) or ((int(number),) if kind == "story" else ())
        if places and owner is not None and owner.code == school.code:
            return Answered(places, school)
    own = (listed([message]) for message in replies.mails_of(session, references, school.id))
    return next((Answered(places, school) for places in own if places), None)


def wishes(session: Session, reply: SchoolReply, letter: Answered, keys: Sequence[str]) -> tuple[Wish, ...]:
    """Return what is to be done. keys: identities of the links of the reply that are stories. Raises ForAPerson."""
    reader = _Reader(session, letter, tuple(dict.fromkeys(keys)))
    asked = [wish for request in reply.requests for wish in reader.wished(request)]
    if asked and not keys and any(request.verb is Verb.REPLACE and request.firm for request in reply.requests):
        raise ForAPerson(WHICH_LINK)
    replaced = {wish.story for wish in asked if wish.verb is Verb.REPLACE}  # "bỏ bài 2, thay bằng …" is one thing
    done = (wish for wish in asked if wish.verb is not Verb.WITHDRAW or wish.story not in replaced)
    return (*dict.fromkeys(done), *(reader.texts() if reply.text and not keys else ()))


@dataclass(frozen=True, slots=True)
class _Reader:
    session: Session
    letter: Answered
    keys: tuple[str, ...]
    withdrawn: list[Story] = field(default_factory=list)  # so far

    def wished(self, request: Request) -> Iterator[Wish]:
        if request.verb is Verb.UNCLEAR:
            raise ForAPerson(NOT_PLAIN)
        if request.verb is Verb.REPLACE:
            yield from self._replaced(request)
            return
        for story in self._meant(request):
            if request.verb is Verb.WITHDRAW:
                _check_undecided(story)
                self.withdrawn.append(story)
            yield Wish(request.verb, story.id, week=request.week)

    def texts(self) -> Iterator[Wish]:
        """The one story that waits for its text."""
        waiting = [story for story in self._live() if _needs_better(story) and is_social_host(story.host)]
        if len(waiting) > 1:
            raise ForAPerson(WHICH_STORY)
        for story in waiting:
            yield Wish(None, story.id)

    def _meant(self, request: Request) -> list[Story]:
        if request.numbers == ALL:
            spared = {self._number(number) for number in request.excepted}
            live = [story for story in self._live() if story.id not in spared]
            if request.count not in (None, len(self._live()), len(self.letter.places)) or not live:
                raise ForAPerson(WHICH_STORY)
            return live
        if not request.numbers:
            live = self._live()
            if len(live) != 1:
                raise ForAPerson(WHICH_STORY)
            return live
        return [self._story(number) for number in request.numbers]

    def _replaced(self, request: Request) -> Iterator[Wish]:
        """Which story each link replaces. A link that nothing is said of replaces only what was asked for again."""
        if not self.keys:
            return
        olds = self._named(request) if request.numbers else self._unnamed(request)
        for old, key in zip(olds, self.keys, strict=False):
            same = stories.by_identity(self.session, {key}).get(key)
            if old is not None and same is not old:
                _check_undecided(old)
                yield Wish(Verb.REPLACE, old.id, key=key)

    def _named(self, request: Request) -> list[Story | None]:
        numbers = request.numbers if request.numbers != ALL else ()
        olds = [self._story(number) if self._number(number) else None for number in numbers]
        if not request.firm and any(old is not None and not _needs_better(old) for old in olds):
            return []  # "bài 2: …" counts the links of the reply itself
        if len(olds) != len(self.keys):
            raise ForAPerson(WHICH_LINK)
        return list(olds)

    def _unnamed(self, request: Request) -> list[Story | None]:
        if self.withdrawn and len(self.withdrawn) == len(self.keys):
            return list(self.withdrawn)
        live = self._live()
        needy = [story for story in live if _needs_better(story)]
        if needy and len(needy) == len(self.keys) and (request.firm or len(needy) == 1):
            return list(needy)
        if not request.firm or not live or (not needy and NO_STORY_HERE in self.letter.places):
            return []
        if len(live) == 1 == len(self.keys):
            return list(live)
        raise ForAPerson(WHICH_LINK)

    def _live(self) -> list[Story]:
        found = (stories.locked(self.session, number) for number in dict.fromkeys(self.letter.places) if number)
        return [story for story in found if story is not None and story.school_id == self.letter.school.id]

    def _story(self, number: Number) -> Story:
        wanted = self._number(number)
        story = stories.locked(self.session, wanted) if wanted else None
        if story is None or story.school_id != self.letter.school.id:
            raise ForAPerson(NO_SUCH_STORY.format(number=number.value if number.value != LAST else "cuối"))
        return story

    def _number(self, number: Number) -> int:
        """The story's number; zero where a place of the letter has no story."""
        places = self.letter.places
        if number.story:
            return number.value
        if number.value == LAST:
            return places[-1]
        return places[number.value - 1] if 1 <= number.value <= len(places) else number.value


def _needs_better(story: Story) -> bool:
    """The school was asked for a better link, or will be."""
    return story.state is StoryState.UNREACHABLE or story.retrying


def _check_undecided(story: Story) -> None:
    if story.state in BOARDS:
        raise ForAPerson(DECIDED.format(number=story.id))

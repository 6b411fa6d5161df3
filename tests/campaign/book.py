"""What a trial has asked of tinbai, so that the record can be held against it."""

from collections import Counter
from dataclasses import dataclass, field

from db.states import MessageState


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail that lies in the office's mailbox, and what must become of it."""

    message_id: str
    sender: str
    state: MessageState
    answered: bool


@dataclass
class Book:
    """Everything asked so far. A mail is written down only when its server has taken it."""

    mails: list[Delivered] = field(default_factory=list)
    entries: int = 0  # places in the mailbox: more than mails when the same bytes lie there twice
    urls: set[str] = field(default_factory=set)  # each of them is one story
    dead_urls: list[str] = field(default_factory=list)  # of these, the ones whose page does not exist
    notes: list[str] = field(default_factory=list)  # each of them is one decision
    published: list[str] = field(default_factory=list)  # each of them is one publication
    periods: list[str] = field(default_factory=list)  # each of them is one digest

    def add(self, mail: Delivered, *urls: str) -> None:
        """Write down a delivered mail and the stories it names."""
        self.mails.append(mail)
        self.entries += 1
        self.urls.update(urls)

    @property
    def rows(self) -> Counter[str]:
        """How many stored messages carry each Message-ID."""
        return Counter(mail.message_id for mail in self.mails)

    @property
    def answers(self) -> Counter[str]:
        """How many acknowledgements each Message-ID is to get."""
        return Counter({mail.message_id: 0 for mail in self.mails}) + Counter(
            mail.message_id for mail in self.mails if mail.answered
        )

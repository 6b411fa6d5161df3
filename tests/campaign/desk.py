"""The office as a trial uses it: what schools publish and send, and the commands of the board."""

import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formataddr, make_msgid, parseaddr
from itertools import count

from db.session import Database
from db.states import MessageState
from tests.acceptance.office import OFFICE, Office, school
from tests.campaign.book import Book, Delivered
from tests.pages import story_page
from tests.secrets import Secrets
from tests.servers.web import HTML, Answer

SECRETS = Secrets()  # what must not stand in any log
STRANGER, NAME, SUBJECT, PAGE = (SECRETS.seed(kind) for kind in ("address", "name", "subject", "page text"))


def page(name: str, delay: float = 0.0) -> Answer:
    """An article, after so many seconds."""
    return Answer(body=story_page(f"Bài viết {name}: {PAGE}").encode(), headers=(("Content-Type", HTML),), delay=delay)


@dataclass
class Desk:
    """The office as a trial uses it. `command` runs `tinbai …` to its end, again if it was killed."""

    office: Office
    book: Book
    database: Database
    command: Callable[..., None]
    signal: Callable[[signal.Signals], None]
    settle: Callable[[], None]
    numbers: "count[int]" = field(default_factory=count)

    def next_school(self) -> int:
        """The next sender in turn."""
        return next(self.numbers) % self.office.schools

    def publish(self, number: int, answer: Answer | None = None) -> str:
        """Put an article on a school's site, or another answer in its place; returns its address."""
        name = f"bai-{next(self.numbers)}"
        url = self.office.story_url(number, name)
        self.office.site.answer(self.path_of(url), answer or page(name))
        return url

    def path_of(self, url: str) -> str:
        """The part of an address that the site is asked for."""
        return url.partition(f":{self.office.site.port}")[2]

    def mail(self, sender: str, text: str, **headers: str) -> EmailMessage:
        """A mail to the office."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = formataddr((NAME, sender)), OFFICE, SUBJECT
        mail["Message-ID"] = make_msgid(domain="truong.example")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        return mail

    def send(
        self, mail: EmailMessage, *urls: str, state: MessageState = MessageState.READ, answered: bool = True
    ) -> None:
        """Deliver it, then write it down."""
        sender = parseaddr(str(mail["From"]))[1]
        self.office.dovecot.submit(mail.as_bytes(), OFFICE, sender)
        self.book.add(Delivered(str(mail["Message-ID"]), sender, state, answered), *urls)

    def submit(self, *urls: str, number: int | None = None) -> None:
        """A school sends these links."""
        sender = school(self.next_school() if number is None else number)
        links = "\n".join(urls)
        self.send(self.mail(sender, f"Kính gửi Ban biên tập, trường gửi bài:\n{links}\nTrân trọng."), *urls)

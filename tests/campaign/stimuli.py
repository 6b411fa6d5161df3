"""What happens to an office: the mails schools send, what the board decides, and that somebody stops the daemon.

Each kind of event is one function; together they lead tinbai through every commit and every call of a protocol.
"""

import signal
from collections.abc import Callable, Mapping

from imapclient import IMAPClient

from db.queries import stories
from db.states import MessageState, StoryState
from tests.acceptance.office import OFFICE, PASSWORD, school
from tests.campaign.desk import PAGE, STRANGER, Desk, page
from tests.servers.web import Answer

SLOW_SECONDS = 2.5  # longer than the campaign's [ack] wait_seconds
PARTS_TOO_MANY = 600


def story(desk: Desk) -> None:
    """One link."""
    number = desk.next_school()
    desk.submit(desk.publish(number), number=number)


def two_stories(desk: Desk) -> None:
    """Two links in a mail: the answer waits for both."""
    number = desk.next_school()
    desk.submit(desk.publish(number), desk.publish(number), number=number)


def missing_page(desk: Desk) -> None:
    """A page that does not exist."""
    number = desk.next_school()
    url = desk.publish(number, Answer(404, body=b"<h1>404</h1>"))
    desk.book.dead_urls.append(url)
    desk.submit(url, number=number)


def refused_connection(desk: Desk) -> None:
    """A site that is down: it will be tried again in twenty minutes."""
    number = desk.next_school()
    url = f"http://truong{number}.localhost/tin-tuc-su-kien/bai-{next(desk.numbers)}-hoat-dong-cua-nha-truong.html"
    desk.submit(url, number=number)


def slow_page(desk: Desk) -> None:
    """A page that comes after the answer was due."""
    number = desk.next_school()
    desk.submit(desk.publish(number, page("chậm", SLOW_SECONDS)), number=number)


def mended_page(desk: Desk) -> None:
    """A page that did not exist is there now, and the school sends its link again."""
    if not desk.book.dead_urls:
        missing_page(desk)
        return
    url = desk.book.dead_urls.pop()
    desk.office.site.answer(desk.path_of(url), page("đã sửa"))
    desk.submit(url)


def sent_again(desk: Desk) -> None:
    """A link in a second mail: one story, two answers."""
    number = desk.next_school()
    url = desk.publish(number)
    desk.submit(url, number=number)
    desk.submit(url, number=number)


def same_mail_twice(desk: Desk) -> None:
    """The same Message-ID comes twice, as through an alias: stored twice, answered once."""
    number = desk.next_school()
    url = desk.publish(number)
    mail = desk.mail(school(number), f"Trường gửi bài: {url}")
    desk.send(mail, url)
    desk.send(mail, url, answered=False)


def same_bytes_twice(desk: Desk) -> None:
    """Somebody copies a mail within the mailbox: one message, two places."""
    number = desk.next_school()
    url = desk.publish(number)
    desk.submit(url, number=number)
    with IMAPClient("127.0.0.1", desk.office.dovecot.imap_port, ssl=False) as client:
        client.login(OFFICE, PASSWORD)
        client.select_folder("INBOX")
        client.copy(client.search()[-1:], "INBOX")
    desk.book.entries += 1


def unknown_sender(desk: Desk) -> None:
    """Nobody knows who writes: a person decides."""
    mail = desk.mail(STRANGER, "Tôi gửi bài: http://truong0.localhost/tin-tuc/bai-la.html")
    desk.send(mail, state=MessageState.WAITING, answered=False)


def automatic_mail(desk: Desk) -> None:
    """A machine answers: it gets no answer."""
    mail = desk.mail(school(desk.next_school()), "Tôi đang đi công tác.", Auto_Submitted="auto-replied")
    desk.send(mail, state=MessageState.IGNORED, answered=False)


def monster(desk: Desk) -> None:
    """A mail of too many parts is put aside."""
    mail = desk.mail(school(desk.next_school()), "")
    mail.make_mixed()
    for number in range(PARTS_TOO_MANY):
        mail.add_attachment(f"phần {number}")
    desk.send(mail, state=MessageState.QUARANTINED, answered=False)


def revision(desk: Desk) -> None:
    """The board asks for changes."""
    _decide(desk, "revise")


def refusal(desk: Desk) -> None:
    """The board declines."""
    _decide(desk, "decline")


def approval(desk: Desk) -> None:
    """The board approves."""
    _decide(desk, "approve")


def publication(desk: Desk) -> None:
    """The board has published a story."""
    url = f"https://badinhedu.example/tin/{next(desk.numbers)}"
    if number := _pending(desk):
        desk.book.published.append(url)
        desk.command("publish", number, "--as", "mai", "--url", url)


def digest(desk: Desk) -> None:
    """Somebody wants the digest now."""
    period = f"ky-{next(desk.numbers)}"
    desk.book.periods.append(period)
    desk.command("digest", "--period", period)


def farewell(desk: Desk) -> None:
    """The daemon is told to stop while it has a connection to the mail server."""
    story(desk)
    desk.settle()
    desk.signal(signal.SIGTERM)


def _decide(desk: Desk, verb: str) -> None:
    note = f"Ghi chú số {next(desk.numbers)}. {PAGE}"
    if number := _pending(desk):
        desk.book.notes.append(note)
        desk.command(verb, number, "--as", "mai", "--note", note)


def _pending(desk: Desk) -> str:
    """A story the board has not decided about; a new one is on its way when there is none."""
    with desk.database.read() as session:
        waiting = stories.listed(session, StoryState.PENDING, limit=1)
    if not waiting:
        story(desk)
        return ""
    return str(waiting[0].id)


MAILS: Mapping[str, Callable[[Desk], None]] = {
    kind.__name__: kind
    for kind in (
        story,
        two_stories,
        missing_page,
        refused_connection,
        slow_page,
        mended_page,
        sent_again,
        same_mail_twice,
        same_bytes_twice,
        unknown_sender,
        automatic_mail,
        monster,
    )
}
COMMANDS: Mapping[str, Callable[[Desk], None]] = {
    kind.__name__: kind for kind in (revision, refusal, approval, publication, digest)
}
ENDINGS: Mapping[str, Callable[[Desk], None]] = {farewell.__name__: farewell}
KINDS = {**MAILS, **COMMANDS, **ENDINGS}

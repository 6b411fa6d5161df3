"""`tinbai show`: one story or mail, and what happened to it."""

from collections.abc import Iterator, Sequence

import click
from sqlalchemy.orm import Session

from db.models import Message
from db.models.base import Event
from db.queries import incidents, messages, outgoing, stories
from tinbai.cli.front import Front, parse_number, print_fields, refuse
from tinbai.cli.records import mail_record, message_record, restricted_record, story_record
from tinbai.cli.vietnamese import Command
from tinbai.cli.words import LINK_ROLES, shown

READ_IN_MAILBOX = "Nội dung thư này chỉ đọc trong hộp thư {address}."


@click.command(cls=Command)
@click.argument("id_", metavar="ID")
@click.pass_obj
def show(front: Front, id_: str) -> None:
    """Xem một mục và lịch sử của nó.

    ID là tin bài 12 (hoặc #12), thư đến m12, thư đi o12.
    """
    kinds = {"m": _show_message, "o": _show_mail}
    kinds.get(id_.strip().lower()[:1], _show_story)(front, id_)


def _show_message(front: Front, id_: str) -> None:
    with front.app.database.read() as session:
        message = messages.get(session, parse_number(id_, "m"))
        if message is None:
            refuse(f"Không có thư đến {id_}.")
        if message.restricted:
            _show_restricted(front, session, message)
            return
        print_fields(message_record(front, message), front.app.themes)
        for line in _links(message):
            click.echo(line)
        _print_history(front, message.events)


def _show_restricted(front: Front, session: Session, message: Message) -> None:
    """Where a restricted mail and its incident stand; what it says is for those in charge, and in the mailbox."""
    incident = incidents.of_message(session, message.id)
    print_fields(restricted_record(front, message, incident), front.app.themes)
    click.echo(f"\n{READ_IN_MAILBOX.format(address=front.settings.office.address)}")
    _print_history(front, message.events)
    if incident is not None:
        click.echo(f"\nVụ việc số {incident.id} ({shown('state', incident.state.value)}):")
        _print_history(front, incident.events)


def _show_mail(front: Front, id_: str) -> None:
    with front.app.database.read() as session:
        mail = outgoing.get(session, parse_number(id_, "o"))
        if mail is None:
            refuse(f"Không có thư đi {id_}.")
        print_fields(mail_record(front, mail), front.app.themes)
        _print_history(front, mail.events)


def _show_story(front: Front, id_: str) -> None:
    with front.app.database.read() as session:
        story = stories.get(session, parse_number(id_))
        if story is None:
            refuse(f"Không có tin bài {id_}.")
        print_fields(story_record(front, story), front.app.themes)
        _print_history(front, story.events)


def _links(message: Message) -> Iterator[str]:
    """The links of a mail, each with its role and its story."""
    if not message.links:
        return
    yield "\nLiên kết trong thư:"
    width = max(map(len, LINK_ROLES.values()))
    for link in message.links:
        story = f"  (bài #{link.story_id})" if link.story_id else ""
        yield f"{LINK_ROLES.get(link.role, link.role):<{width}}  {link.url}{story}"


def _print_history(front: Front, events: Sequence[Event]) -> None:
    click.echo()
    for event in events:
        before = f"{shown('state', event.old)} → " if event.old else ""
        line = f"{shown('at', front.local(event.at))}  {before}{shown('state', event.new)}  {event.note or ''}"
        click.echo(line.rstrip())

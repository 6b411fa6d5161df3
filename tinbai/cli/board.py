"""`tinbai approve|revise|decline|publish|undo`, `digest` and `preview`: what the board decides and sees."""

from collections.abc import Callable, Mapping, Sequence

import click

from db.queries import people
from pipeline.board.decisions import STATE_WORDS, Decision, Verb, decide
from pipeline.board.preview import PREFIXES, preview_about, preview_digest
from pipeline.board.telling import CHANNELS
from tinbai.cli.front import Front, board_member, parse_number, print_letter, refuse
from tinbai.cli.vietnamese import Command, option

NO_BOARD = "Chưa có thành viên Ban biên tập nào: hãy chạy `tinbai members import TỆP.csv`."
HELP = {
    Verb.APPROVE: "Duyệt các tin bài này.",
    Verb.REVISE: "Đề nghị trường sửa các tin bài này.",
    Verb.DECLINE: "Không sử dụng các tin bài này.",
    Verb.PUBLISH: "Ghi nhận các tin bài này đã đăng.",
    Verb.UNDO: "Hoàn tác quyết định gần nhất.\n\nThư chưa gửi cho trường được hủy.",
}


WHY = option("--note", required=True, metavar="LỜI", help="Lý do, nhà trường sẽ đọc.")
OPTIONS: Mapping[Verb, Sequence[Callable[[click.Command], click.Command]]] = {
    Verb.APPROVE: (option("--note", metavar="LỜI", help="Ghi chú, được lưu cùng quyết định."),),
    Verb.REVISE: (WHY,),
    Verb.DECLINE: (WHY,),
    Verb.PUBLISH: (
        option("--url", required=True, metavar="URL", help="Nơi đã đăng."),
        option(
            "--channel",
            type=click.Choice(list(CHANNELS)),
            default="portal",
            help="Kênh đã đăng; không ghi là portal.",
        ),
    ),
    Verb.UNDO: (),
}


def _command(verb: Verb) -> click.Command:
    @click.command(verb.value, cls=Command, help=HELP[verb])
    @click.argument("ids", nargs=-1, required=True, metavar="ID…")
    @option("--as", "member", required=True, metavar="TÊN-GỌI", help="Ai quyết định (tên gọi hoặc địa chỉ thư).")
    @click.pass_obj
    def command(front: Front, /, ids: Sequence[str], member: str, **details: str) -> None:
        _decide_all(front, ids, member, lambda number: Decision(verb, number, **details))

    for add in OPTIONS[verb]:
        add(command)
    return command


DECISIONS = tuple(_command(verb) for verb in Verb)


def _decide_all(front: Front, ids: Sequence[str], member: str, decision: Callable[[int], Decision]) -> None:
    """All of them or none."""
    app, lines = front.app, []
    with app.database.write() as session:
        person = board_member(session, member)
        for number in dict.fromkeys(parse_number(text) for text in ids):
            story = decide(session, decision(number), person, app.clock(), app.settings.board.undo_minutes, app.teller)
            lines.append(f"#{story.id} {story.headline}: {STATE_WORDS[story.state]}")
    click.echo("\n".join(lines))


@click.command(cls=Command)
@option("--period", metavar="KỲ", help="Kỳ của bản tổng hợp, ví dụ 2026-11-25T07:30 (mặc định: ngay lúc này).")
@option("--dry-run", is_flag=True, help="Chỉ xem bản chữ, không gửi.")
@click.pass_obj
def digest(front: Front, *, period: str | None, dry_run: bool) -> None:
    """Gửi ngay bản tổng hợp cho Ban biên tập."""
    app, now = front.app, front.app.clock()
    if dry_run:
        with app.database.read() as session:
            letters = app.digests.letters(session, now)
        if not letters:
            refuse(NO_BOARD)
        print_letter(letters[0])
        if others := [letter.to for letter in letters[1:]]:
            click.echo(f"\n… và {len(others)} bản tương tự cho {', '.join(others)}.")
        return
    at = period or now.astimezone(app.settings.office.zone).isoformat(timespec="seconds")
    with app.database.write() as session:
        if not people.board(session):
            refuse(NO_BOARD)
        queued = app.digests.queue(session, now, at, even_if_empty=True)
    if not queued:
        refuse(f"Bản tổng hợp kỳ {at} đã được xếp hàng hoặc gửi từ trước; không gửi lần nữa.")
    click.echo(f"Đã xếp hàng {queued} thư tổng hợp; `tinbai run` sẽ gửi.")


@click.command(cls=Command)
@click.argument("notice", type=click.Choice(["digest", *PREFIXES]))
@click.argument("id_", metavar="ID")
@option("--html", is_flag=True, help="In bản HTML thay cho bản chữ.")
@click.pass_obj
def preview(front: Front, notice: str, id_: str, *, html: bool) -> None:
    """Xem trước một thư, không gửi gì.

    Ví dụ: acknowledgement m12, decision 12, publication 12, digest TÊN-GỌI.
    """
    app = front.app
    with app.database.read() as session:
        if notice == "digest":
            letter = preview_digest(session, id_, app.clock(), app.writers)
        else:
            letter = preview_about(session, notice, parse_number(id_, PREFIXES[notice]), app.clock(), app.writers)
    if letter is None:
        refuse(f"Không có gì để xem trước cho {notice} {id_}.")
    if html:
        click.echo(letter.html)
    else:
        print_letter(letter)

"""`tinbai approve|revise|decline|publish|undo`, `digest` and `preview`: what the board decides and sees."""

from collections.abc import Sequence

import click

from pipeline.board.decisions import STATE_WORDS, Decision, Verb, decide
from pipeline.board.preview import PREFIXES, preview_about, preview_digest
from tinbai.cli.front import Front, board_member, parse_number, refuse

HELP = {
    Verb.APPROVE: "Duyệt các tin bài này.",
    Verb.REVISE: "Đề nghị trường sửa các tin bài này.",
    Verb.DECLINE: "Không sử dụng các tin bài này.",
    Verb.PUBLISH: "Ghi nhận các tin bài này đã đăng.",
    Verb.UNDO: "Hoàn tác quyết định gần nhất.\n\nThư chưa gửi cho trường được hủy.",
}


def _command(verb: Verb) -> click.Command:
    @click.command(verb.value, help=HELP[verb])
    @click.argument("ids", nargs=-1, required=True, metavar="ID…")
    @click.option("--as", "member", required=True, metavar="MEMBER", help="Ai quyết định (tên gọi hoặc địa chỉ thư).")
    @click.option("--note", help="Lý do, nhà trường sẽ đọc; bắt buộc khi sửa và từ chối.")
    @click.option("--url", help="Nơi đã đăng; bắt buộc khi đăng.")
    @click.option(
        "--channel", default="portal", show_default=True, help="Kênh: portal, fanpage, group, school site, press."
    )
    @click.pass_obj
    def command(front: Front, /, ids: Sequence[str], member: str, **options: str | None) -> None:
        _decide_all(front, verb, ids, member, **options)

    return command


DECISIONS = tuple(_command(verb) for verb in Verb)


def _decide_all(
    front: Front, verb: Verb, ids: Sequence[str], member: str, *, note: str | None, url: str | None, channel: str | None
) -> None:
    """All of them or none."""
    app, lines = front.app, []
    with app.database.write() as session:
        person = board_member(session, member)
        for number in dict.fromkeys(parse_number(text) for text in ids):
            decision = Decision(verb, number, note=note, url=url, channel=channel or "portal")
            story = decide(session, decision, person, app.clock(), app.settings.board.undo_minutes, app.teller)
            lines.append(f"#{story.id} {story.headline}: {STATE_WORDS[story.state]}")
    click.echo("\n".join(lines))


@click.command()
@click.option("--period", help="Kỳ của bản tổng hợp, ví dụ 2026-11-25T07:30 (mặc định: ngay lúc này).")
@click.option("--dry-run", is_flag=True, help="Chỉ xem bản chữ, không gửi.")
@click.pass_obj
def digest(front: Front, *, period: str | None, dry_run: bool) -> None:
    """Gửi ngay bản tổng hợp cho Ban biên tập."""
    app, now = front.app, front.app.clock()
    if dry_run:
        with app.database.read() as session:
            letters = app.digests.letters(session, now)
        if not letters:
            refuse("Chưa có thành viên Ban biên tập nào: `tinbai members import TỆP.csv`.")
        click.echo(letters[0].text)
        return
    at = period or now.astimezone(app.settings.office.zone).isoformat(timespec="seconds")
    with app.database.write() as session:
        queued = app.digests.queue(session, now, at, even_if_empty=True)
    click.echo(
        f"Đã xếp hàng {queued} thư tổng hợp; `tinbai run` sẽ gửi."
        if queued
        else "Kỳ này đã gửi, hoặc chưa có ai để gửi."
    )


@click.command()
@click.argument("notice", type=click.Choice(["digest", *PREFIXES]))
@click.argument("id_", metavar="ID")
@click.option("--html", is_flag=True, help="In bản HTML thay cho bản chữ.")
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
            letter = preview_about(session, notice, parse_number(id_, PREFIXES[notice]), app.writers)
    if letter is None:
        refuse(f"Không có gì để xem trước cho {notice} {id_}.")
    click.echo(letter.html if html else f"Đến: {letter.to}\nTiêu đề: {letter.subject}\n\n{letter.text}")

"""click's own words in Vietnamese: the frame of `--help`, and what is said about wrong usage. Decides nothing.

Commands and options of tinbai are made of the classes here; `usage_sentence` words the errors click raises.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from click.types import OptionHelpExtra

Decorated = TypeVar("Decorated", bound=Callable[..., Any] | click.Command)
OPTIONS = "[TÙY CHỌN]"
HELP = "Xem hướng dẫn này."
KINDS = {"option": "tùy chọn", "argument": "đối số"}

# Errors that click tells apart by nothing but their words.
BY_WORDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Missing command\."), "Thiếu tên lệnh."),
    (re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL), r"Thừa \1: lệnh này không nhận thêm gì."),
    (re.compile(r"Option (.*) does not take a value\.", re.DOTALL), r"Tùy chọn \1 không nhận giá trị."),
    (re.compile(r"Option (.*) requires an argument\.", re.DOTALL), r"Tùy chọn \1 cần một giá trị đứng sau."),
)


class Command(click.Command):
    """A command whose help is Vietnamese throughout."""

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        super().__init__(*arguments, **{"options_metavar": OPTIONS, **attributes})

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """As click makes it, in our words."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="Cách dùng: ")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of options."""
        records = [param.get_help_record(ctx) for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with formatter.section("Tùy chọn"):
            formatter.write_dl([record for record in records if record is not None])


class Group(Command, click.Group):
    """A command with commands of its own, such as `tinbai schools`."""

    command_class = Command

    def __init__(self, *arguments: Any, **attributes: Any) -> None:
        metavar = "[LỆNH …]" if attributes.get("invoke_without_command") else "LỆNH …"
        super().__init__(*arguments, **{"subcommand_metavar": metavar, **attributes})

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, each with its first sentence."""
        with formatter.section("Lệnh"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(90)) for name in self.list_commands(ctx)])


class Option(click.Option):
    """An option that says in Vietnamese that it has to be given."""

    def get_help_extra(self, ctx: click.Context) -> OptionHelpExtra:
        """What stands in brackets behind the help."""
        extra = super().get_help_extra(ctx)
        if "required" in extra:
            extra["required"] = "bắt buộc"
        return extra


def option(*names: str, **attributes: Any) -> Callable[[Decorated], Decorated]:
    """`click.option` in Vietnamese."""
    return click.option(*names, cls=Option, **attributes)


def usage_sentence(error: click.UsageError) -> str:
    """What was wrong about the command as it was typed, after how it is typed."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.message
    frame = f"{error.ctx.get_usage()}\nXem thêm: {error.ctx.command_path} --help\n\n" if error.ctx else ""
    return f"{frame}{_fault(error)}"


def _fault(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"Không có tùy chọn {error.option_name}.{_meant(error.possibilities)}"
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"Không có lệnh {error.command_name!r}.{_meant(error.possibilities)}"
    if isinstance(error, click.BadParameter) and error.param is not None:
        missing = isinstance(error, click.MissingParameter)
        what = f"{KINDS[error.param.param_type_name]} {error.param.get_error_hint(error.ctx)}"
        return f"{'Thiếu' if missing else 'Không dùng được giá trị của'} {what}{_wanted(error.param.type)}."
    for words, ours in BY_WORDS:
        if found := words.fullmatch(error.message):
            return found.expand(ours)
    return error.message


def _meant(possibilities: Sequence[str] | None) -> str:
    return f" Có phải là {' hoặc '.join(possibilities)} không?" if possibilities else ""


def _wanted(kind: click.ParamType[Any]) -> str:
    if isinstance(kind, click.Choice):
        return f": chọn một trong {', '.join(map(str, kind.choices))}"
    if isinstance(kind, click.DateTime):
        return ": viết như 2026-11-25"
    return ""

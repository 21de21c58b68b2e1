"""The command `handbill`: the group of all commands, and the exit code of the process.

`main` runs the command line and exits: 0 when it is done, 2 for a wrong call, the exit code of a HandbillError, 1 for an unexpected
exception, 130 after an interrupt. Modules of handbill are imported in function bodies, so that `--help` loads click alone.
"""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

import click

from handbill import __version__
from handbill.cli import build_commands, publish_commands, setup_commands

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["cli", "main"]

INTERRUPTED = 130
"""The exit code after SIGINT: 128 and the signal's number, as shells report it."""

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="handbill")
def cli() -> None:
    """Turn one Markdown article into handouts, each with its disclaimer page, and prove that the page is there.

    \b
    Exit codes:
    0 done, 1 a defect of handbill, 2 usage, 3 the source,
    4 the configuration, 5 an exporter, 6 the proof, 7 publishing,
    8 the machine, 130 interrupted.
    """  # noqa: D301 - the backspace is click's mark of a paragraph that keeps its lines
    if sys.getfilesystemencoding() != "utf-8":
        from handbill.diagnostics.errors import MachineError
        from handbill.diagnostics.rules import diagnostic

        message = f"names of files are in {sys.getfilesystemencoding()} here, which cannot tell those of a publication"
        raise MachineError(diagnostic("locale", message, hint="set PYTHONUTF8=1, or LC_ALL=C.UTF-8"))


for _command in (
    build_commands.build,
    build_commands.watch,
    build_commands.merge,
    build_commands.check,
    publish_commands.verify,
    publish_commands.publish,
    publish_commands.site,
    setup_commands.exporters,
    setup_commands.init,
    setup_commands.doctor,
    setup_commands.schema,
    setup_commands.completion,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. An expected error is printed as messages, any other exception with its traceback."""
    try:
        sys.exit(cli.main(args=None if arguments is None else list(arguments), prog_name="handbill", standalone_mode=False))
    except click.ClickException as error:
        _report_wrong_call(error)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(_report_interrupt())
    except Exception as error:
        # Before Python 3.12 an exception in __set_name__, an interrupt too, is raised as the cause of a RuntimeError.
        sys.exit(_report_interrupt() if isinstance(error.__cause__, KeyboardInterrupt) else _report_error(error))


def _report_wrong_call(error: click.ClickException) -> None:
    """Print what click says of a wrong call; the values of arguments that it repeats are shortened and on one line."""
    import io

    from handbill.cli import terminal
    from handbill.diagnostics.escaping import message_text

    # Only this part of what click says has values in it. The rest may have several lines, such as the usage and a list of choices.
    shown = io.StringIO()
    error.show(shown)
    text = shown.getvalue().removesuffix("\n")
    terminal.print_message(text.replace(error.message, message_text(error.message)) if error.message else text)


def _report_interrupt() -> int:
    """Print that the command was interrupted and return the exit code."""
    click.echo("handbill: interrupted", err=True)
    return INTERRUPTED


def _report_error(error: Exception) -> int:
    """Print the error that ended a command and return the exit code."""
    from handbill.cli import terminal
    from handbill.diagnostics.errors import HandbillError, MachineError
    from handbill.diagnostics.rules import diagnostic

    if isinstance(error, OSError) and error.strerror:
        message = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        error = MachineError(diagnostic("machine", message))
    if isinstance(error, HandbillError):
        terminal.print_diagnostics(error.diagnostics)
        return error.exit_code
    terminal.print_message("".join(traceback.format_exception(error)))
    terminal.print_message("handbill: this is a defect of handbill: please report it, with the lines above")
    return 1

"""Printing: results on stdout; messages and the progress of a build on stderr.

Every line that handbill prints goes through this module, so that a closed pipe or an encoding without some characters ends no command. What
authors and users wrote reaches a stream through `handbill.diagnostics.escaping` alone: lines for people are escaped here, a report for a
program where it is made.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.escaping import TEXT_LIMIT, escape_line, escape_lines, escape_part, shorten

__all__ = ["print_data", "print_diagnostics", "print_document", "print_fixes", "print_message", "print_requirement", "progress"]

_PRINTED_PER_CODE = 3
"""How many warnings of one code are printed in full for a file; the rest share a line, unless only one is left."""

_DATED_CODES = frozenset({"review-due", "expires-soon", "expired"})
"""Codes whose notes are printed without `--verbose`: each names a day on which somebody has to act."""

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def print_data(text: str) -> None:
    """Print lines of the command's result on stdout, escaped for a terminal. Names in them are on one line each already."""
    _print(escape_lines(text), err=False)


def print_document(text: str) -> None:
    """Print a document for a program on stdout as it is: its form has escaped what authors wrote."""
    _print(text, err=False)


def print_message(text: str) -> None:
    """Print lines about the command on stderr, escaped for a terminal; a very long text is shortened."""
    _print(escape_lines(shorten(text, TEXT_LIMIT)), err=True)


def print_requirement(is_met: bool, is_needed: bool, text: str) -> None:
    """Print on stdout whether a requirement of handbill on the machine is met, lacks, or lacks and is not needed, and the text."""
    mark = click.style("ok  ", fg="green") if is_met else click.style("lack" if is_needed else "note", fg="red", bold=True)
    _print(f"{mark} {escape_part(text)}", err=False)


def _print(text: str, *, err: bool) -> None:
    try:
        click.echo(text, err=err)
    except UnicodeEncodeError:
        # PYTHONIOENCODING may name an encoding that lacks some characters.
        click.echo(_escape_unencodable(sys.stdout.encoding, text), err=err)
    except BrokenPipeError:
        # The reader has closed the pipe. The command goes on, so that its exit code stays right.
        setattr(sys, "stderr" if err else "stdout", open(os.devnull, "w"))  # noqa: PTH123, SIM115 - a stream until the process ends


def _escape_unencodable(encoding: str, text: str) -> str:
    """Return a text whose characters that an encoding lacks are JSON escapes, so that JSON keeps its value (RFC 8259, section 7)."""
    import json

    def is_encodable(character: str) -> bool:
        return bool(character.encode(encoding, "ignore"))

    return "".join(one if is_encodable(one) else json.dumps(one)[1:-1] for one in text)


def print_diagnostics(found: Iterable[Diagnostic], *, quiet: bool = False, verbose: bool = True) -> None:
    """Print messages: with `quiet` errors alone; notes only with `verbose`, but for those of _DATED_CODES.

    Without `verbose` a hint of a warning is printed once. Of many warnings of one code in a file the first are printed in full, and one
    line names the places of the rest.
    """
    printed = [one for one in found if one.severity is Severity.ERROR or not (quiet or (not verbose and _is_plain_note(one)))]
    alike: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in printed:
        if one.severity is not Severity.ERROR and not verbose:
            alike.setdefault((one.path, one.code), []).append(one)
    remaining = {key: others for key, found in alike.items() if len(others := found[_PRINTED_PER_CODE:]) > 1}
    left_out = {id(one) for others in remaining.values() for one in others}
    hints: set[tuple[str, str]] = set()
    for one in printed:
        if id(one) in left_out:
            if one is remaining[one.path, one.code][0]:
                _print_remaining(remaining[one.path, one.code])
            continue
        _print_labelled(_place(one), _label(one), one.message)
        if one.hint and (verbose or one.severity is Severity.ERROR or (one.code, one.hint) not in hints):
            print_message(f"    hint: {one.hint}")
        hints.add((one.code, one.hint))


def print_fixes(found: Iterable[Diagnostic], *, quiet: bool) -> None:
    """Print the findings that `check --fix` has removed from the source, a line each; nothing with `quiet`."""
    for one in () if quiet else found:
        _print_labelled(_place(one), click.style(escape_part(f"mended[{one.code}]"), fg="green", bold=True), one.message)


def _place(one: Diagnostic) -> str:
    return ":".join(str(part) for part in (one.path or "handbill", one.line, one.column) if part is not None)


def _print_labelled(place: str, label: str, text: str) -> None:
    """Print a place, a label that has its colours and is escaped, and a text on one line of stderr."""
    _print(f"{escape_line(place)}: {label}: {escape_part(text)}", err=True)


def _is_plain_note(one: Diagnostic) -> bool:
    """Return whether a message is printed with `--verbose` alone: a note whose code is not in _DATED_CODES."""
    return one.severity is Severity.NOTE and one.code not in _DATED_CODES


def _label(one: Diagnostic) -> str:
    return click.style(escape_part(f"{one.severity}[{one.code}]"), fg=_COLOURS[one.severity], bold=True)


def _print_remaining(others: list[Diagnostic]) -> None:
    lines = ", ".join(dict.fromkeys(str(one.line) for one in others if one.line is not None))
    more = f"and {len(others)} more{f', on lines {lines}' if lines else ''}"
    _print_labelled(others[0].path or "handbill", _label(others[0]), more)


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that shows progress: a bar on a terminal, lines elsewhere, nothing with `quiet`.

    It takes the name of a file that is done, how many are done, and how many there are.
    """
    bars: list[Any] = []

    def update_bar(file: str, done: int, total: int) -> None:
        if not bars:
            bar = click.progressbar(length=total, label="Building", file=sys.stderr, item_show_func=lambda item: item and escape_part(item))
            bars.append(stack.enter_context(bar))
        bars[0].update(done - bars[0].pos, file)

    def print_line(file: str, done: int, total: int) -> None:
        print_message(f"[{done}/{total}] {escape_part(file)}")

    with contextlib.ExitStack() as stack:
        if quiet:
            yield lambda file, done, total: None
        else:
            yield update_bar if sys.stderr.isatty() else print_line
            for bar in bars:
                # Handouts that failed to build were not counted.
                bar.update(bar.length - bar.pos)

"""What the command line prints: data, messages, and how far a build has come."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from handbill.diagnostics.diagnostic import Diagnostic, Severity

__all__ = ["data", "message", "progress", "show", "show_mended"]

_SHOWN = 3
"""How many warnings of one code are shown of a file that has more than one other."""

_ALWAYS_SHOWN = frozenset({"review-due", "expires-soon", "expired"})

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}


def data(text: str) -> None:
    """Print a line of what was asked for."""
    _print(text, err=False)


def message(text: str) -> None:
    """Print a line beside what was asked for."""
    _print(text, err=True)


def _print(text: str, *, err: bool) -> None:
    try:
        click.echo(text, err=err)
    except UnicodeEncodeError:
        # PYTHONIOENCODING may ask for an encoding that has not all characters.
        click.echo(_in(sys.stdout.encoding, text), err=err)
    except BrokenPipeError:
        # Whoever reads this has enough of it; the work goes on, and its exit code stays true.
        setattr(sys, "stderr" if err else "stdout", open(os.devnull, "w"))  # noqa: PTH123, SIM115 - a stream for the process's rest


def _in(encoding: str, text: str) -> str:
    """Return a text with JSON's escapes in the place of what an encoding does not have, so that JSON stays what it is (RFC 8259, 7)."""
    import json

    def has(character: str) -> bool:
        return bool(character.encode(encoding, "ignore"))

    return "".join(one if has(one) else json.dumps(one)[1:-1] for one in text)


def show(found: Iterable[Diagnostic], *, quiet: bool = False, verbose: bool = True) -> None:
    """Print messages: errors alone where it is quiet, notes only where it is verbose or where they tell of a day.

    Where it is not verbose, a warning's hint is printed once, and where a file has many warnings of one code, a line tells of the places
    of all but the first ones.
    """
    shown = [one for one in found if one.severity is Severity.ERROR or not (quiet or (not verbose and _is_aside(one)))]
    alike: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in shown:
        if one.severity is not Severity.ERROR and not verbose:
            alike.setdefault((one.path, one.code), []).append(one)
    hints: set[tuple[str, str]] = set()
    for one in shown:
        others = alike.get((one.path, one.code), [])[_SHOWN:] if one.severity is not Severity.ERROR else []
        if len(others) > 1 and one in others:
            if one is others[0]:
                _show_others(others)
            continue
        place = ":".join(str(part) for part in (one.path or "handbill", one.line, one.column) if part is not None)
        message(f"{place}: {_label(one)}: {one.message}")
        if one.hint and (verbose or one.severity is Severity.ERROR or (one.code, one.hint) not in hints):
            message(f"    hint: {one.hint}")
        hints.add((one.code, one.hint))


def show_mended(found: Iterable[Diagnostic], *, quiet: bool) -> None:
    """Print what was mended, a line for each finding that is gone; nothing where it is quiet."""
    for one in () if quiet else found:
        place = ":".join(str(part) for part in (one.path, one.line, one.column) if part is not None)
        message(f"{place}: {click.style(f'mended[{one.code}]', fg='green', bold=True)}: {one.message}")


def _is_aside(one: Diagnostic) -> bool:
    """Tell whether a message waits for whoever wants to know all: a note, but for those that come with a day."""
    return one.severity is Severity.NOTE and one.code not in _ALWAYS_SHOWN


def _label(one: Diagnostic) -> str:
    return click.style(f"{one.severity}[{one.code}]", fg=_COLOURS[one.severity], bold=True)


def _show_others(others: list[Diagnostic]) -> None:
    lines = ", ".join(dict.fromkeys(str(one.line) for one in others if one.line is not None))
    message(f"{others[0].path or 'handbill'}: {_label(others[0])}: and {len(others)} more{f', on lines {lines}' if lines else ''}")


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give what shows progress: a bar on a terminal, plain lines elsewhere, nothing where it is quiet."""
    bars: list[Any] = []

    def on_terminal(file: str, done: int, of: int) -> None:
        if not bars:
            bar = click.progressbar(length=of, label="Building", file=sys.stderr, item_show_func=lambda item: item)
            bars.append(stack.enter_context(bar))
        bars[0].update(done - bars[0].pos, file)

    def in_lines(file: str, done: int, of: int) -> None:
        message(f"[{done}/{of}] {file}")

    with contextlib.ExitStack() as stack:
        if quiet:
            yield lambda file, done, of: None
        else:
            yield on_terminal if sys.stderr.isatty() else in_lines
            for bar in bars:
                # What could not be built was not counted.
                bar.update(bar.length - bar.pos)

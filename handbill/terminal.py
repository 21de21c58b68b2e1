"""What the command line prints: data, messages, and how far a build has come."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import click

from handbill.contract import Diagnostic, Severity

__all__ = ["data", "message", "progress", "show"]

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
    except BrokenPipeError:
        # Whoever reads this has enough of it; the work goes on, and its exit code stays true.
        setattr(sys, "stderr" if err else "stdout", open(os.devnull, "w"))  # noqa: PTH123, SIM115 - a stream for the process's rest


def show(found: Iterable[Diagnostic], *, quiet: bool = False, verbose: bool = True) -> None:
    """Print messages: errors alone where it is quiet, notes only where it is verbose."""
    for one in found:
        if (quiet and one.severity is not Severity.ERROR) or (not verbose and one.severity is Severity.NOTE):
            continue
        place = ":".join(str(part) for part in (one.path or "handbill", one.line, one.column) if part is not None)
        label = click.style(f"{one.severity}[{one.code}]", fg=_COLOURS[one.severity], bold=True)
        message(f"{place}: {label}: {one.message}")
        if one.hint:
            message(f"    hint: {one.hint}")


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Give what shows progress: a bar on a terminal, plain lines elsewhere, nothing where it is quiet."""
    bars: list[Any] = []

    def on_terminal(file: str, done: int, of: int) -> None:
        if not bars:
            bar = click.progressbar(length=of, label="Building", file=sys.stderr, item_show_func=lambda item: item)
            bars.append(stack.enter_context(bar))
        bars[0].update(1, file)

    def in_lines(file: str, done: int, of: int) -> None:
        message(f"[{done}/{of}] {file}")

    with contextlib.ExitStack() as stack:
        if quiet:
            yield lambda file, done, of: None
        else:
            yield on_terminal if sys.stderr.isatty() else in_lines

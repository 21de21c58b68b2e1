"""Exporters that misbehave, each in one way; but for that they write plain text. A handout can be changed so that reading it back fails."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handbill.contract import Diagnostic, ExporterError, Page, Run, Severity
from handbill.document import Document, text_of


@dataclass(frozen=True)
class Options:
    """How long to sleep, or what to wait for."""

    seconds: float = field(default=0.0, metadata={"help": "Seconds to sleep before the handout is made."})
    gate: str = field(default="", metadata={"help": "A folder. NAME.begun is written there; the handout is made once `open` is there too."})


@dataclass(frozen=True)
class Exporter:
    """Writes the article and, on a page of its own, the disclaimer; `act` is called before."""

    name: str
    act: Callable[[Document, Options, Run], None]
    with_disclaimer: bool = True
    suffix: str = field(default="")
    media_type: str = "text/plain"
    options_type: type[Options] = Options

    def __post_init__(self) -> None:
        object.__setattr__(self, "suffix", f".{self.name}")

    def export(self, document: Document, options: Options, run: Run) -> bytes:
        self.act(document, options, run)
        disclaimer, notice = document.disclaimer, document.disclaimer.notice
        pages = [f"{text_of(document.tree())}\n{notice}\n"]
        if self.with_disclaimer:
            pages.append(f"{disclaimer.title}\n{text_of(disclaimer.tree())}\n")
        return b"" if self.name == "empty" else "\f".join(pages).encode()

    def pages(self, handout: bytes) -> Sequence[Page]:
        text = handout.decode()
        _obey(text.splitlines()[-1])
        return [Page(page) for page in text.split("\f")]


def _obey(line: str) -> None:
    """Do what the last line of a handout asks for: wait for ever (once a file was written), die, or take all memory."""
    match line.split():
        case ["#wait", file]:
            Path(file).touch()
            while True:
                time.sleep(0.02)
        case ["#die"]:
            os._exit(3)
        case ["#grow"]:
            _take_all_memory()


def _take_all_memory() -> None:
    held = [bytes(10_000_000) for _ in range(100_000)]
    raise AssertionError(len(held))


class StubbornError(Exception):
    """Cannot be taken out of a pickle."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one}, {other}")


def _nothing(document: Document, options: Options, run: Run) -> None:
    pass


def _raise(document: Document, options: Options, run: Run) -> None:
    raise StubbornError("nobody foresaw this", document.name)


def _quit(document: Document, options: Options, run: Run) -> None:
    sys.exit("enough")


def _die(document: Document, options: Options, run: Run) -> None:
    os._exit(3)


def _kill(document: Document, options: Options, run: Run) -> None:
    """Be killed, as by a kernel that has no memory left; only the article that asks for it."""
    if "kill me" in text_of(document.tree()):
        os.kill(os.getpid(), signal.SIGKILL)


def _grow(document: Document, options: Options, run: Run) -> None:
    _take_all_memory()


def _sleep(document: Document, options: Options, run: Run) -> None:
    time.sleep(options.seconds)


def _wait(document: Document, options: Options, run: Run) -> None:
    """Say that the handout is begun, and wait until the gate is open: forever, where nobody opens it."""
    gate = Path(options.gate)
    (gate / f"{document.name}.begun").touch()
    while not (gate / "open").exists():
        time.sleep(0.02)


def _talk(document: Document, options: Options, run: Run) -> None:
    print("loud noise on stdout", flush=True)  # noqa: T201 - which is what it is for


def _complain(document: Document, options: Options, run: Run) -> None:
    """Report a warning about the second paragraph; raise where the article asks for it."""
    words = [text_of(block) for block in document.tree().iter("p")]
    run.report(Diagnostic(Severity.WARNING, "too-plain", "this paragraph is too plain", excerpt=words[-1].split("\n")[0], hint="adorn it"))
    if "refuse me" in "".join(words):
        raise ExporterError(Diagnostic(Severity.ERROR, "refused", "it asked for it"))


forgetful = Exporter("forgetful", _nothing, with_disclaimer=False)
raising = Exporter("raising", _raise)
quitting = Exporter("quitting", _quit)
dying = Exporter("dying", _die)
killed = Exporter("killed", _kill)
greedy = Exporter("greedy", _grow)
sleeping = Exporter("sleeping", _sleep)
gated = Exporter("gated", _wait)
talking = Exporter("talking", _talk)
complaining = Exporter("complaining", _complain)
empty = Exporter("empty", _nothing)

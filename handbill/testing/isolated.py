"""An export in a process of its own, on another day, in another place, with everything watched that it should not touch."""

from __future__ import annotations

import datetime
import importlib
import logging
import os
import pickle
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbill.contract import Run
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Document

__all__ = ["Watched", "export_isolated"]

_DAY = 86_400
_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Watched:
    """What an export gave, and what was seen of it: files opened in its working folder, connections tried, log records and warnings."""

    handout: bytes
    reported: tuple[Diagnostic, ...] = ()
    opened: tuple[str, ...] = ()
    connected: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    printed: str = field(default="")


def export_isolated(name: str, document: Document, options: Any, timestamp: datetime.datetime) -> Watched:
    """Return what the exporter of that name gives in a new process.

    The process runs in another time zone, with another hash seed and locale, with a clock that is a day ahead, in a folder where
    a decoy stands for each of the document's assets. Raises RuntimeError, with what the process said, where it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        for asset in document.assets:
            decoy = Path(folder, asset.name)
            decoy.parent.mkdir(parents=True, exist_ok=True)
            decoy.write_bytes(b"a decoy: exporters take assets from the document")
        environment = dict(os.environ) | {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONSAFEPATH": "1"}
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-c", f"from {__name__} import watch_export; watch_export()"],
            input=pickle.dumps((name, document, options, timestamp)),
            capture_output=True,
            cwd=folder,
            env=environment,
            timeout=_LIMIT,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    marker = done.stdout.rfind(_MARK)
    result: Watched = pickle.loads(done.stdout[marker + len(_MARK) :])  # noqa: S301 - our own child's answer
    printed = (done.stdout[:marker] + done.stderr).decode("utf-8", "replace")
    return Watched(result.handout, result.reported, result.opened, result.connected, result.logged, printed)


_MARK = b"\x00handbill-watched\x00"


def _a_day_ahead() -> None:
    """Move this process's clock, before any exporter is imported."""
    for name in ("time", "time_ns", "localtime", "gmtime", "strftime", "ctime"):
        setattr(time, name, _shifted(name, getattr(time, name)))
    real = datetime.datetime
    later = {
        "now": classmethod(lambda cls, tz=None: real.now(tz) + datetime.timedelta(days=1)),
        "utcnow": classmethod(lambda cls: real.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(days=1)),
    }
    setattr(datetime, "datetime", type("datetime", (real,), later))  # noqa: B010 - a type is replaced, on purpose


def _shifted(name: str, function: Any) -> Any:
    real = time.time
    if name == "time":
        return lambda: real() + _DAY
    if name == "time_ns":
        return lambda: int((real() + _DAY) * 1e9)
    if name == "strftime":
        local = time.localtime
        return lambda form, moment=None: function(form, local(real() + _DAY) if moment is None else moment)
    return lambda seconds=None: function(real() + _DAY if seconds is None else seconds)


def watch_export() -> None:
    """Answer, on stdout, the question that export_isolated puts on stdin."""
    name, document, options, timestamp = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - our own parent's question
    _a_day_ahead()
    reported: list[Diagnostic] = []
    opened: list[str] = []
    connected: list[str] = []
    logged: list[str] = []
    here = str(Path.cwd())

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = os.path.abspath(os.fsdecode(arguments[0]))  # noqa: PTH100 - an audit hook must not touch the disk
            if path.startswith(here + os.sep):
                opened.append(path)
        elif event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
            connected.append(f"{event} {arguments[1:]}")

    def record(*arguments: Any, **keywords: Any) -> logging.LogRecord:
        made = factory(*arguments, **keywords)
        if made.levelno >= logging.WARNING:
            logged.append(f"{made.name}: {made.getMessage()}")
        return made

    exporter = importlib.import_module("handbill.registry").load(name)
    factory = logging.getLogRecordFactory()
    logging.setLogRecordFactory(record)
    sys.addaudithook(watch)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        handout = exporter.export(document, options, Run(timestamp, reported.append))
    logged.extend(f"{one.category.__name__}: {one.message}" for one in warned)
    sys.stdout.flush()
    watched = Watched(handout, tuple(reported), tuple(opened), tuple(connected), tuple(logged))
    sys.stdout.buffer.write(_MARK + pickle.dumps(watched))

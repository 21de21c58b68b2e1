"""An export in a process of its own, at another date and with other settings, that records what the exporter must not touch.

The contract kit compares its handout, or its sealed page, with one made in the tests' process: the same input must give the same bytes.
"""

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
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from handbill.contract import Run
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.document import Asset, Disclaimer, Document

__all__ = ["Isolated", "export_isolated", "seal_isolated"]

_DAY = 86_400
_TIMEOUT = 300


@dataclass(frozen=True, slots=True)
class Isolated:
    """The handout or sealed page that an exporter made, and what it did meanwhile.

    `reported` are its messages. `opened` are files that it opened in its working folder, `connected` the connections that it tried,
    `logged` its log records and Python's warnings, `printed` what it wrote to stdout and stderr.
    """

    handout: bytes
    reported: tuple[Diagnostic, ...] = ()
    opened: tuple[str, ...] = ()
    connected: tuple[str, ...] = ()
    logged: tuple[str, ...] = ()
    printed: str = field(default="")


def export_isolated(name: str, document: Document, options: Any, timestamp: datetime.datetime) -> Isolated:
    """Return the handout of a document, made by the exporter of a name in a new process.

    The process has another time zone, hash seed and locale, and a clock that is a day ahead. Its working folder has, for each of the
    document's assets, a file of the same name with other bytes. Raises RuntimeError, with the process's stderr, if the process fails.
    """
    return _made_isolated((name, document, options, timestamp), document.assets)


def seal_isolated(name: str, disclaimer: Disclaimer, options: Any) -> Isolated:
    """Return the sealed page of a disclaimer, made in such a process too. Raises RuntimeError as `export_isolated` does."""
    return _made_isolated((name, disclaimer, options, None), ())


def _made_isolated(arguments: tuple[Any, ...], assets: Sequence[Asset]) -> Isolated:
    """Return what a child process makes of pickled arguments. Decoys of the assets stand in its folder. Raises RuntimeError."""
    with tempfile.TemporaryDirectory() as folder:
        for asset in assets:
            decoy = Path(folder, asset.name)
            decoy.parent.mkdir(parents=True, exist_ok=True)
            decoy.write_bytes(b"a decoy: exporters take assets from the document")
        environment = dict(os.environ) | {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONSAFEPATH": "1"}
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own module
            [sys.executable, "-c", f"from {__name__} import export_for_parent; export_for_parent()"],
            input=pickle.dumps(arguments),
            capture_output=True,
            cwd=folder,
            env=environment,
            timeout=_TIMEOUT,
            check=False,
        )
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    marker = done.stdout.rfind(_MARKER)
    result: Isolated = pickle.loads(done.stdout[marker + len(_MARKER) :])  # noqa: S301 - written by the process that was started above
    printed = (done.stdout[:marker] + done.stderr).decode("utf-8", "replace")
    return Isolated(result.handout, result.reported, result.opened, result.connected, result.logged, printed)


_MARKER = b"\x00handbill-watched\x00"


def _advance_clock() -> None:
    """Set this process's clock a day ahead, as Python shows it. Exporters are imported afterwards."""
    for name in ("time", "time_ns", "localtime", "gmtime", "strftime", "ctime"):
        setattr(time, name, _advanced(name, getattr(time, name)))
    real = datetime.datetime
    later = {
        "now": classmethod(lambda cls, tz=None: real.now(tz) + datetime.timedelta(days=1)),
        "utcnow": classmethod(lambda cls: real.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(days=1)),
    }
    setattr(datetime, "datetime", type("datetime", (real,), later))  # noqa: B010 - a type is replaced, on purpose


def _advanced(name: str, function: Any) -> Any:
    real = time.time
    if name == "time":
        return lambda: real() + _DAY
    if name == "time_ns":
        return lambda: int((real() + _DAY) * 1e9)
    if name == "strftime":
        local = time.localtime
        return lambda form, moment=None: function(form, local(real() + _DAY) if moment is None else moment)
    return lambda seconds=None: function(real() + _DAY if seconds is None else seconds)


def export_for_parent() -> None:
    """Read what is to be made from stdin and write the result to stdout: the main function of the process.

    A document with a time is to be exported, and a disclaimer is to be sealed.
    """
    name, subject, options, timestamp = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - written by _made_isolated
    _advance_clock()
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
        sealed = isinstance(subject, Disclaimer)
        handout = exporter.seal(subject, options).handout if sealed else exporter.export(subject, options, Run(timestamp, reported.append))
    logged.extend(f"{one.category.__name__}: {one.message}" for one in warned)
    sys.stdout.flush()
    result = Isolated(handout, tuple(reported), tuple(opened), tuple(connected), tuple(logged))
    sys.stdout.buffer.write(_MARKER + pickle.dumps(result))

"""The log messages of WeasyPrint and fontTools, and Python's warnings, turned into diagnostics."""

from __future__ import annotations

import contextlib
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from handbill.contract import Diagnostic, diagnostic

from .style.fetcher import ASSET_SCHEME

__all__ = ["Log", "collected_log"]

_LOGGERS = ("weasyprint", "fontTools")
_ASSET = re.compile(re.escape(ASSET_SCHEME) + r"([^\s'\"]*)")

# The beginning of a message, the code of its diagnostic, and the hint.
_MESSAGES = (
    ("Failed to load image", "unreadable-image", "is it a whole PNG, JPEG, GIF, WebP or SVG file?"),
    ("Image ", "image-without-alt", "say in a few words what it shows: ![words](…)"),
    ("No anchor", "dead-link", "give what it leads to an id: {#name}"),
)
# `fonts/missing_glyphs.py` reports these, with their places.
_REPORTED_ELSEWHERE = (".notdef glyph rendered",)


@dataclass(slots=True)
class Log:
    """The messages that were logged, in order, each with the name of the library or the class of the warning."""

    messages: list[tuple[str, str]] = field(default_factory=list)

    def diagnostics(self) -> list[Diagnostic]:
        """Return a diagnostic for each message, without repetitions."""
        return [
            _diagnostic(source, message) for source, message in dict.fromkeys(self.messages) if not message.startswith(_REPORTED_ELSEWHERE)
        ]


def _diagnostic(source: str, message: str) -> Diagnostic:
    asset = _ASSET.search(message)
    name = unquote(asset[1]) if asset else ""
    plain = _ASSET.sub(name.replace("\\", "\\\\"), message)
    for beginning, code, hint in _MESSAGES:
        if message.startswith(beginning):
            return diagnostic(code, plain, hint=hint, excerpt=name)
    hint = 'look at the handout; where it is as it should be, say layout = "off" in [checks] of publication.toml'
    return diagnostic("layout", f"{source}: {plain}", hint=hint)


class _Collector(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.messages.append((record.name.partition(".")[0], record.getMessage()))


@contextlib.contextmanager
def collected_log() -> Iterator[Log]:
    """Collect what the libraries log at WARNING or above, in place of their handlers, and Python's warnings; yield the log.

    The loggers are restored at the end.
    """
    log = Log()
    states = []
    for logger in map(logging.getLogger, _LOGGERS):
        states.append((logger, logger.handlers[:], logger.propagate, logger.level))
        logger.handlers[:] = [_Collector(log)]
        logger.propagate = False
        logger.setLevel(logging.WARNING)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield log
        # The garbage collector may warn at any time of a file that other code has left open.
        relevant = [warning for warning in caught if not issubclass(warning.category, ResourceWarning)]
        log.messages.extend((warning.category.__name__, str(warning.message)) for warning in relevant)
    finally:
        for logger, handlers, propagate, level in states:
            logger.handlers[:] = handlers
            logger.propagate = propagate
            logger.setLevel(level)

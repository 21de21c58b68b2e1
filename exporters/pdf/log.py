"""What WeasyPrint and fontTools log and warn, as diagnostics."""

from __future__ import annotations

import contextlib
import logging
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from handbill.contract import Diagnostic, diagnostic

from .style.fetcher import ASSET

__all__ = ["Log", "collected_log"]

_LOGGERS = ("weasyprint", "fontTools")
_ASSET = re.compile(re.escape(ASSET) + r"([^\s'\"]*)")

# The beginning of a message, and what it means for the handout.
_MEANINGS = (
    ("Failed to load image", "unreadable-image", "is it a whole PNG, JPEG, GIF, WebP or SVG file?"),
    ("Image ", "image-without-alt", "say in a few words what it shows: ![words](…)"),
    ("No anchor", "dead-link", "give what it leads to an id: {#name}"),
)
# Told as a missing glyph, with its place.
_TOLD_ELSEWHERE = (".notdef glyph rendered",)


@dataclass(slots=True)
class Log:
    """What was logged or warned of: the library's name and the message, in order."""

    messages: list[tuple[str, str]] = field(default_factory=list)

    def diagnostics(self) -> list[Diagnostic]:
        """Return each message once, with the severity that it has for a handout."""
        return [_diagnostic(source, message) for source, message in dict.fromkeys(self.messages) if not message.startswith(_TOLD_ELSEWHERE)]


def _diagnostic(source: str, message: str) -> Diagnostic:
    asset = _ASSET.search(message)
    name = unquote(asset[1]) if asset else ""
    plain = _ASSET.sub(name.replace("\\", "\\\\"), message)
    for beginning, code, hint in _MEANINGS:
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
    """Collect what the libraries log at WARNING or above, in place of their own handlers, and what Python warns of."""
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
        # What is not closed is told of whenever the collector meets it: it may be anybody's.
        told = [warning for warning in caught if not issubclass(warning.category, ResourceWarning)]
        log.messages.extend((warning.category.__name__, str(warning.message)) for warning in told)
    finally:
        for logger, handlers, propagate, level in states:
            logger.handlers[:] = handlers
            logger.propagate = propagate
            logger.setLevel(level)

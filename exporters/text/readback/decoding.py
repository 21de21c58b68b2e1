"""Decodes the bytes of a text handout, and knows the characters that make a terminal show something else than the text."""

from __future__ import annotations

import re

from handbill.contract import ExporterError, diagnostic

__all__ = ["CONTROLS", "decoded"]

CONTROLS = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\x7f-\x9f]")
"""Control characters but tabs, line feeds and form feeds.

Escape sequences and overwriting (backspace, carriage return) change what a terminal shows before and after them, on other lines and pages
too: with one of them, nothing is known of what a person sees.
"""


def decoded(handout: bytes) -> str:
    """Return the text of a handout. Raises ExporterError (`not-utf-8`)."""
    try:
        return handout.decode()
    except UnicodeDecodeError as error:
        raise ExporterError(
            diagnostic("not-utf-8", f"the handout is not UTF-8: {error.reason} at byte {error.start}", hint="build the handout again")
        ) from error

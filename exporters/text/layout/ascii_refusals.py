"""Refuses text that cannot be written in ASCII, or could not be proven in it."""

from __future__ import annotations

import re

from handbill.contract import ExporterError, diagnostic

__all__ = ["require_ascii", "require_provable"]

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_NAMED = 5
# The proof ignores these, as bullets and as hyphens at a line's end, but compares the characters that ASCII has in their place.
_IGNORED_BY_PROOF = re.compile("[\u2010•‣▪◦⁃]")


def require_ascii(text: str) -> None:
    """Raise ExporterError (`not-ascii`), naming up to five characters, where the text has any that are not ASCII."""
    _refuse_characters(
        _NOT_ASCII,
        text,
        "the text has characters that ASCII has not",
        "leave the option ascii out (the handout is then UTF-8), or write these characters in another way",
    )


def require_provable(disclaimer: str) -> None:
    """Raise ExporterError (`not-ascii`) where a disclaimer's text has bullets or U+2010: in ASCII it could not be proven whole."""
    _refuse_characters(
        _IGNORED_BY_PROOF,
        disclaimer,
        "the disclaimer's text has characters that in ASCII cannot be told from other ones, so that it could not be proven whole",
        "write a plain hyphen, or a list for lines with bullets, or leave the option ascii out (the handout is then UTF-8)",
    )


def _refuse_characters(refused: re.Pattern[str], text: str, message: str, hint: str) -> None:
    others = list(dict.fromkeys(refused.findall(text)))
    if not others:
        return
    named = ", ".join(f"{char} (U+{ord(char):04X})" for char in others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    word = re.search(rf"[^\W_]*{re.escape(others[0])}[^\W_]*", text)
    raise ExporterError(diagnostic("not-ascii", f"{message}: {named}{more}", hint=hint, excerpt=word.group() if word else others[0]))

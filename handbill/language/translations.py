"""The words that handbill adds to handouts, in the document's language: from gettext catalogues; dates as Unicode CLDR has them.

`locale/handbill.pot` lists the words; `locale/LANGUAGE/LC_MESSAGES/handbill.po` has them in a language. A message's context is the
name of its field in `Words`. English needs no catalogue.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from handbill.document import Words
from handbill.language.quotation_marks import quotation_marks
from handbill.language.tags import lineage

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["catalogues", "translated_fields", "words_for"]

_PLAIN = frozenset(("en", "en-US"))
"""Languages in which `Words()` says it all."""

_NOT_TRANSLATED = frozenset(("language", "quotes", "months", "date"))

_FIELD = re.compile(r"'([^']*)'|(d+|M+|L+|y+)|([A-Za-z]+)|([^A-Za-z']+)")
_TEMPLATES = {"d": "{day}", "dd": "{day:0>2}", "M": "{number}", "MMMM": "{month}", "LLLL": "{month}", "y": "{year}"}


def translated_fields() -> tuple[str, ...]:
    """Return the names of the fields of `Words` that a catalogue has a message for."""
    return tuple(item.name for item in dataclasses.fields(Words) if item.name not in _NOT_TRANSLATED)


@functools.cache
def catalogues() -> dict[str, Traversable]:
    """Return the catalogues, sorted, by the language that they are in (BCP 47)."""
    folders = {
        folder.name.replace("_", "-"): folder for folder in files("handbill.language").joinpath("locale").iterdir() if folder.is_dir()
    }
    return {tag: folders[tag].joinpath("LC_MESSAGES", "handbill.po") for tag in sorted(folders)}


@functools.cache
def words_for(language: str) -> Words:
    """Return the words of a language (BCP 47), or of the nearest that it may fall back to; else English ones, dates included.

    `Words.language` tells which they are.
    """
    if language in _PLAIN:
        return Words()
    tags = lineage(language)
    known = catalogues()
    found = next((tag for tag in tags if tag in known or tag == "en"), "")
    if not found:
        return Words()
    months, date = _dates(tags)
    texts = _messages(known[found]) if found != "en" else {}
    return Words(language=found, quotes=quotation_marks(language), months=months, date=date, **texts)


def _messages(file: Traversable) -> dict[str, str]:
    """Return a catalogue's texts by the names of their fields, without those that nobody has translated."""
    from babel.messages.pofile import read_po

    with file.open("rb") as content:
        catalogue = read_po(content)
    found = {}
    for name in translated_fields():
        message = catalogue.get(getattr(Words(), name), context=name)
        if message is not None and isinstance(message.string, str) and message.string and not message.fuzzy:
            found[name] = message.string
    return found


def _dates(tags: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the names of the months and the template of a date: CLDR's "long" format and the forms of months in it."""
    from babel.core import Locale, UnknownLocaleError

    for tag in tags:
        try:
            locale = Locale.parse(tag, sep="-", resolve_likely_subtags=False)
        except UnknownLocaleError:
            continue
        names = locale.months["format"]["wide"]
        return tuple(str(names[number]) for number in range(1, 13)), _template(str(locale.date_formats["long"].pattern))
    raise LookupError(f"CLDR has no dates for {tags[0]}")


def _template(pattern: str) -> str:
    """Return a date pattern (UTS 35, "Date Format Patterns") as a template of `Words.date`."""
    found = []
    for quoted, known, other, text in _FIELD.findall(pattern):
        if other or (known and known not in _TEMPLATES):
            raise LookupError(f"CLDR writes dates with a field that has no place here: {pattern}")
        found.append(_TEMPLATES[known] if known else quoted or text)
    return "".join(found)

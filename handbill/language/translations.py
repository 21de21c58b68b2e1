"""Translations of the words that handbill adds to handouts: from a language tag to `handbill.document.Words`.

The texts come from gettext catalogues, names of months and date formats from Unicode CLDR. `locale/handbill.pot` lists the texts,
`locale/LANGUAGE/LC_MESSAGES/handbill.po` translates them. The context of a message is the name of its field in `Words`. English needs no
catalogue: its texts are the defaults of `Words`.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from importlib.resources import files
from typing import TYPE_CHECKING

from handbill.document import Words
from handbill.language.quotation_marks import quotation_marks
from handbill.language.tags import fallback_chain

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["catalogues", "translated_fields", "translated_words"]

_DEFAULT_LANGUAGES = frozenset(("en", "en-US"))
"""Languages for which the defaults of `Words` are complete, dates included."""

_NOT_TRANSLATED = frozenset(("language", "quotes", "months", "date"))

_PATTERN_FIELD = re.compile(r"'([^']*)'|(d+|M+|L+|y+)|([A-Za-z]+)|([^A-Za-z']+)")
_TEMPLATES = {"d": "{day}", "dd": "{day:0>2}", "M": "{number}", "MMMM": "{month}", "LLLL": "{month}", "y": "{year}"}


def translated_fields() -> tuple[str, ...]:
    """Return the names of the fields of `Words` that catalogues translate."""
    return tuple(item.name for item in dataclasses.fields(Words) if item.name not in _NOT_TRANSLATED)


@functools.cache
def catalogues() -> dict[str, Traversable]:
    """Return the catalogue files by their languages (BCP 47), sorted."""
    folders = {
        folder.name.replace("_", "-"): folder for folder in files("handbill.language").joinpath("locale").iterdir() if folder.is_dir()
    }
    return {tag: folders[tag].joinpath("LC_MESSAGES", "handbill.po") for tag in sorted(folders)}


@functools.cache
def translated_words(language: str) -> Words:
    """Return the words of a language (BCP 47), else those of the nearest language that it falls back to, else the English ones.

    `Words.language` is the language that they are in. Raises LookupError where CLDR has no date format for it.
    """
    if language in _DEFAULT_LANGUAGES:
        return Words()
    tags = fallback_chain(language)
    known = catalogues()
    found = next((tag for tag in tags if tag in known or tag == "en"), "")
    if not found:
        return Words()
    months, date = _dates(tags)
    texts = _translated_texts(known[found]) if found != "en" else {}
    return Words(language=found, quotes=quotation_marks(language), months=months, date=date, **texts)


def _translated_texts(file: Traversable) -> dict[str, str]:
    """Return the texts of a catalogue by the names of their fields, without untranslated and fuzzy ones."""
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
    """Return the names of the months and the template of a date, both as in CLDR's "long" date format.

    `tags` are a language and its fallbacks. Raises LookupError where CLDR has none of them.
    """
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
    """Return a date pattern (UTS 35, "Date Format Patterns") as a template for `Words.date`. Raises LookupError for an unknown field."""
    found = []
    for quoted, known, other, text in _PATTERN_FIELD.findall(pattern):
        if other or (known and known not in _TEMPLATES):
            raise LookupError(f"CLDR writes dates with a field that has no place here: {pattern}")
        found.append(_TEMPLATES[known] if known else quoted or text)
    return "".join(found)

"""Diagnostics for characters that no font has: which they are, where they occur, and how to get a font for them."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from handbill.contract import Diagnostic, ExporterError, diagnostic
from handbill.document import text_of

from .files import FONT_PACKAGES, is_installed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from handbill.document import Document

__all__ = ["refuse_missing_glyphs"]

# The blocks with nearly all emoji, and few other characters that the packaged fonts lack (Unicode Technical Standard 51).
_EMOJI = (range(0x2600, 0x27C0), range(0x1F000, 0x1FB00), range(0xE0020, 0xE0080))
_MOST_DIAGNOSTICS = 10
_MOST_CHARACTERS = 12
_OTHER_HINTS = (
    'name a font file of yours in publication.toml (fonts = ["fonts/….ttf"]), or a font of this machine (system-fonts = ["…"]); '
    "or write it in other words"
)


def refuse_missing_glyphs(fonts: Iterable[Mapping[int, Any]], document: Document) -> None:
    """Raise ExporterError where a character was drawn that no font has, with a diagnostic for each of the first ten occurrences.

    `fonts` are the sets of those that WeasyPrint drew with; each font lists what it lacks in `missing`.
    """
    missing = {chr(codepoint) for drawn in fonts for font in drawn.values() for codepoint in font.missing}
    if missing:
        raise ExporterError(_diagnostics(missing, document))


def _diagnostics(missing: set[str], document: Document) -> Iterator[Diagnostic]:
    scripts = _by_script(missing)
    hints = [*dict.fromkeys(filter(None, (_install_command(code) for code in scripts))), _OTHER_HINTS]
    summary = f"no font has {'; '.join(f'{_script_name(code)} {_character_list(characters)}' for code, characters in scripts.items())}"
    article = list(_missing_runs(_article_texts(document), missing))
    elsewhere = [(where, run) for where, text in _other_texts(document) for run in _missing_runs([text], missing)]
    generated = sorted(missing - {character for run in article for character in run} - {one for _, run in elsewhere for one in run})
    occurrences = [("", run) for run in article] + elsewhere + ([("what handbill adds", "".join(generated))] if generated else [])
    more = f" (here and in {len(occurrences) - _MOST_DIAGNOSTICS} more places)" if len(occurrences) > _MOST_DIAGNOSTICS else ""
    for number, (where, run) in enumerate(occurrences[:_MOST_DIAGNOSTICS]):
        message = f"no font has “{run}”" if number else summary + more
        yield diagnostic(
            "missing-glyph",
            f"{message}{f' ({where})' if where else ''}",
            hint="" if number else "; or ".join(hints),
            excerpt="" if where else run,
        )


def _by_script(characters: Iterable[str]) -> dict[str, list[str]]:
    """Return the characters by the ISO 15924 codes of their scripts, both sorted."""
    from fontTools.unicodedata import script

    scripts: dict[str, list[str]] = {}
    for character in sorted(characters):
        emoji = any(ord(character) in block for block in _EMOJI)
        scripts.setdefault("Zsye" if emoji else script(character), []).append(character)
    return dict(sorted(scripts.items()))


def _script_name(code: str) -> str:
    from fontTools.unicodedata import script_name

    if code == "Zsye":
        return "the emoji"
    return "the signs" if code in ("Zyyy", "Zinh", "Zzzz") else str(script_name(code)).replace("_", " ")


def _character_list(characters: list[str]) -> str:
    listed = ", ".join(
        f"{character} (U+{ord(character):04X})" if _is_printable(character) else f"U+{ord(character):04X}"
        for character in characters[:_MOST_CHARACTERS]
    )
    return listed + (f" and {len(characters) - _MOST_CHARACTERS} more" if len(characters) > _MOST_CHARACTERS else "")


def _is_printable(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) != "Co" and not unicodedata.combining(character)


def _install_command(code: str) -> str:
    """Return the command that installs a font of this script, "" where none is known or it is installed already."""
    return next(
        (package.command for package in FONT_PACKAGES if code in package.scripts and package.extra and not is_installed(package)), ""
    )


def _article_texts(document: Document) -> Iterator[str]:
    for tree in (document.heading_tree(), document.abstract_tree(), document.tree()):
        if tree is not None:
            yield text_of(tree)


def _other_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the document's other texts, each after a phrase that says where it occurs."""
    metadata, disclaimer = document.metadata, document.disclaimer
    yield f"in the disclaimer `{disclaimer.id}`", "\n".join((disclaimer.title, disclaimer.notice, text_of(disclaimer.tree())))
    named = (
        metadata.subtitle,
        *metadata.authors,
        metadata.publisher,
        metadata.rights,
        metadata.contact,
        *metadata.keywords,
        metadata.version,
    )
    yield "in what is said about the article", "\n".join(named)
    for asset in document.assets:
        if asset.media_type == "image/svg+xml":
            yield f"in the figure {asset.name}", asset.content.decode("utf-8", "replace")


def _missing_runs(texts: Iterable[str], missing: Collection[str]) -> Iterator[str]:
    """Yield each run of missing characters in the texts."""
    for text in texts:
        for lacks, run in groupby(text, key=missing.__contains__):
            if lacks:
                yield "".join(run)

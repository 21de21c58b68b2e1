"""Characters that no font has: which, where they stand, and what brings a font for them."""

from __future__ import annotations

import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from handbill.contract import Diagnostic, ExporterError, diagnostic
from handbill.document import text_of

from .files import PACKS, is_installed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from handbill.document import Document

__all__ = ["refuse_missing_glyphs"]

# The blocks that hold nearly all emoji, and little else that our fonts lack (Unicode Technical Standard 51).
_EMOJI = (range(0x2600, 0x27C0), range(0x1F000, 0x1FB00), range(0xE0020, 0xE0080))
_MOST_PLACES = 10
_MOST_CHARACTERS = 12
_OTHER_WAYS = (
    'name a font file of yours in publication.toml (fonts = ["fonts/….ttf"]), or a font of this machine (system-fonts = ["…"]); '
    "or write it in other words"
)


def refuse_missing_glyphs(fonts: Mapping[int, Any], document: Document) -> None:
    """Raise ExporterError where a character was drawn that none of the fonts has: a diagnostic for each place, the first ten of them."""
    missing = {chr(codepoint) for font in fonts.values() for codepoint in font.missing}
    if missing:
        raise ExporterError(_diagnostics(missing, document))


def _diagnostics(missing: set[str], document: Document) -> Iterator[Diagnostic]:
    scripts = _by_script(missing)
    ways = [*dict.fromkeys(filter(None, (_package_for(code) for code in scripts))), _OTHER_WAYS]
    everything = f"no font has {'; '.join(f'{_name(code)} {_listed(found)}' for code, found in scripts.items())}"
    article = list(_runs(_article_texts(document), missing))
    elsewhere = [(where, run) for where, text in _other_texts(document) for run in _runs([text], missing)]
    generated = sorted(missing - {character for run in article for character in run} - {one for _, run in elsewhere for one in run})
    places = [("", run) for run in article] + elsewhere + ([("what handbill adds", "".join(generated))] if generated else [])
    more = f" (here and in {len(places) - _MOST_PLACES} more places)" if len(places) > _MOST_PLACES else ""
    for number, (where, run) in enumerate(places[:_MOST_PLACES]):
        message = f"no font has “{run}”" if number else everything + more
        yield diagnostic(
            "missing-glyph",
            f"{message}{f' ({where})' if where else ''}",
            hint="" if number else "; or ".join(ways),
            excerpt="" if where else run,
        )


def _by_script(characters: Iterable[str]) -> dict[str, list[str]]:
    """Return the characters by their scripts' ISO 15924 codes, both in order."""
    from fontTools.unicodedata import script

    found: dict[str, list[str]] = {}
    for character in sorted(characters):
        emoji = any(ord(character) in block for block in _EMOJI)
        found.setdefault("Zsye" if emoji else script(character), []).append(character)
    return dict(sorted(found.items()))


def _name(code: str) -> str:
    from fontTools.unicodedata import script_name

    if code == "Zsye":
        return "the emoji"
    return "the signs" if code in ("Zyyy", "Zinh", "Zzzz") else str(script_name(code)).replace("_", " ")


def _listed(characters: list[str]) -> str:
    listed = ", ".join(
        f"{character} (U+{ord(character):04X})" if _shows(character) else f"U+{ord(character):04X}"
        for character in characters[:_MOST_CHARACTERS]
    )
    return listed + (f" and {len(characters) - _MOST_CHARACTERS} more" if len(characters) > _MOST_CHARACTERS else "")


def _shows(character: str) -> bool:
    return character.isprintable() and unicodedata.category(character) != "Co" and not unicodedata.combining(character)


def _package_for(code: str) -> str:
    """Return what installs a font of this script, or "" where none is known or it is there already."""
    return next((pack.command for pack in PACKS if code in pack.scripts and pack.extra and not is_installed(pack)), "")


def _article_texts(document: Document) -> Iterator[str]:
    for tree in (document.heading_tree(), document.abstract_tree(), document.tree()):
        if tree is not None:
            yield text_of(tree)


def _other_texts(document: Document) -> Iterator[tuple[str, str]]:
    """Yield what else of the document is drawn, after where it stands."""
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


def _runs(texts: Iterable[str], missing: Collection[str]) -> Iterator[str]:
    """Yield each stretch of missing characters, as it stands in the text."""
    for text in texts:
        for lacks, run in groupby(text, key=missing.__contains__):
            if lacks:
                yield "".join(run)

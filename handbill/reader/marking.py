"""What is wrong with the claims that an article marks, each at its place: a mark that cannot be kept, a disclaimer that does not fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.contract import Diagnostic, Severity
from handbill.document import Disclaimer, text_of
from handbill.manuscript.source_file import Source
from handbill.markdown.tree.marked_claims import Misused
from handbill.publication.disclaimer_profiles import STATEMENT, STATEMENTS, US_SUPPLEMENT

__all__ = ["of_disclaimer", "of_mark"]


def of_mark(source: Source, found: Misused) -> Diagnostic:
    """Return the error that a mark cannot be kept."""
    return Diagnostic(Severity.ERROR, "marked-claim", found.message, *_place_of(source, found.words), found.hint)


def of_disclaimer(claims: Sequence[etree._Element], disclaimer: Disclaimer, source: Source) -> Iterator[Diagnostic]:
    """Yield what is wrong between the article's marked claims and its disclaimer."""
    if not claims:
        return
    first = " ".join(text_of(claims[0]).split())
    place = _place_of(source, first)
    if disclaimer.profile != US_SUPPLEMENT:
        message = (
            f"a claim is marked, and nothing that belongs to it: the disclaimer `{disclaimer.id}` is not of the profile {US_SUPPLEMENT}"
        )
        hint = f"write profile: {US_SUPPLEMENT} in the disclaimer's front matter, or take the mark away"
        yield Diagnostic(Severity.ERROR, "claim-without-notice", message, *place, hint)
        return
    wanted, other = (STATEMENT, STATEMENTS) if len(claims) == 1 else (STATEMENTS, STATEMENT)
    said = " ".join(text_of(disclaimer.tree()).split())
    if wanted not in said and other in said:
        marked = "one claim is" if len(claims) == 1 else f"{len(claims)} claims are"
        message = f"{marked} marked, and the disclaimer `{disclaimer.id}` begins its sentence with “{' '.join(other.split()[:2])}”"
        hint = f"in the box it stands in the right number; write “{' '.join(wanted.split()[:2])} …” on the disclaimer's page, too"
        yield Diagnostic(Severity.WARNING, "statement-number", message, *place, hint)


def _place_of(source: Source, words: str) -> tuple[str, int | None, int | None]:
    """Return where a passage begins in the source, which may have other lines and markup; else where the first mark is."""
    first = words.split()[:6]
    excerpts = [*(" ".join(first[:length]) for length in range(len(first), 0, -1)), "{.claim", "claim"]
    return next((place for excerpt in excerpts if (place := source.locate(excerpt))[1] is not None), (source.path, None, None))

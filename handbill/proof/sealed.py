"""The proof by equality: a handout's disclaimer consists of exactly what the sealed page consists of.

It takes the parts that an exporter read from a handout and from the sealed page (`handbill.contract.DisclaimerParts`), and returns where
the disclaimer stands, or raises an error that names the first part that differs. What a person sees of a page is not judged here: the
sealed page was proven when it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest

from handbill.contract import DisclaimerParts, Part
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic
from handbill.language.characters import short_excerpt
from handbill.proof.disclaimer import Proof

__all__ = ["UnlikeSealError", "difference", "prove_sealed", "sealed_notice"]

_CONTEXT = 20
"""Characters of a line that are shown before the first that differs."""
_HINT = "no such handout is written; tell whoever keeps the exporter"
_IMAGE = "image/x-portable-pixmap"


class UnlikeSealError(ProofError):
    """A part of a handout is not that of the sealed page.

    `images` are the parts of the handout that are images and not the sealed ones, each with the sealed one. They stay in the process
    that compared them: pickled, the error has none.
    """

    def __init__(self, diagnostics: Diagnostic | Iterable[Diagnostic], images: Iterable[tuple[Part, Part]] = ()) -> None:
        self.images = tuple(images)
        super().__init__(diagnostics)


def prove_sealed(found: DisclaimerParts, sealed: DisclaimerParts, position: str) -> Proof:
    """Return where the disclaimer of a handout stands. `sealed` are the parts of the sealed page; `position` is "end" or "front".

    Raises ProofError, whose diagnostic has no path, if the disclaimer is not where it must be, if one of its parts is not that of the
    sealed page, or if a page of the article lacks the notice, or has another.
    """
    if not 1 <= found.first <= found.last <= found.pages:
        raise ProofError(_error("disclaimer-missing", f"the disclaimer cannot be found on the {found.pages} pages"))
    if differing := difference(found.parts, sealed.parts):
        error = _error("disclaimer-differs", f"the disclaimer is not the sealed one: {differing}")
        raise UnlikeSealError(error, _unlike_images(found.parts, sealed.parts))
    if (found.first != 1) if position == "front" else (found.last != found.pages):
        where = "in front of the article" if position == "front" else "at the end"
        raise ProofError(_error("disclaimer-misplaced", f"the disclaimer stands on page {found.first} of {found.pages}, not {where}"))
    notice = sealed_notice(sealed)
    for number in _other_pages(found):
        if differing := difference(found.notices.get(number, ()), notice):
            error = _error("no-notice", f"the notice of page {number} is not the sealed one: {differing}")
            raise UnlikeSealError(error, _unlike_images(found.notices.get(number, ()), notice))
    return Proof(found.first, found.last, found.pages)


def sealed_notice(sealed: DisclaimerParts) -> tuple[Part, ...]:
    """Return the parts of the notice of a sealed page. Raises ProofError if it has none, or several that differ."""
    notices = {sealed.notices.get(number, ()) for number in _other_pages(sealed)}
    if len(notices) != 1:
        raise ProofError(_error("no-notice", f"the sealed page has {len(notices)} different notices, and must have one"))
    return notices.pop()


def _other_pages(parts: DisclaimerParts) -> list[int]:
    return [number for number in range(1, parts.pages + 1) if not parts.first <= number <= parts.last]


def difference(found: Sequence[Part], wanted: Sequence[Part]) -> str:
    """Return, as a clause, how the first part that differs does; "" where all are equal, in their order."""
    for one, other in zip_longest(found, wanted):
        if one is None:
            return f"{other.name} is missing"
        if other is None:
            return f"{one.name} does not belong there"
        if one.name != other.name:
            return f"{other.name} is missing, and {one.name} stands in its place"
        if one != other:
            return _differing_content(one, other)
    return ""


def _unlike_images(found: Sequence[Part], wanted: Sequence[Part]) -> Iterator[tuple[Part, Part]]:
    sealed = {part.name: part for part in wanted if part.media_type == _IMAGE}
    for part in found:
        other = sealed.get(part.name)
        if part.media_type == _IMAGE and other is not None and part.content != other.content:
            yield part, other


def _differing_content(found: Part, wanted: Part) -> str:
    """Return in words where two parts of one name differ: for texts the first line that does, with both its forms."""
    if found.media_type != "text/plain" or wanted.media_type != "text/plain":
        return f"{found.name} differs"
    lines = zip_longest(*(part.content.decode(errors="replace").split("\n") for part in (found, wanted)))
    for number, (has, must_have) in enumerate(lines, 1):
        if has is None:
            return f"{found.name} ends before “{short_excerpt(must_have)}”"
        if must_have is None:
            return f"{found.name} goes on with “{short_excerpt(has)}”"
        if has != must_have:
            start = _common_length(has, must_have) - _CONTEXT
            shown, wanted_line = (f"…{line[start:]}" if start > 0 else line for line in (has, must_have))
            return f"line {number} of {found.name} is “{short_excerpt(shown)}”, and must be “{short_excerpt(wanted_line)}”"
    return f"{found.name} differs"


def _common_length(one: str, other: str) -> int:
    """Return the number of characters that two texts begin with alike."""
    return next((place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right), min(len(one), len(other)))


def _error(code: str, message: str) -> Diagnostic:
    return diagnostic(code, message, hint=_HINT)

"""The exporter that the contract kit tests: its handouts, their pages and its sealed pages, each made once, and the proof of a handout."""

from __future__ import annotations

import functools
import re
import typing
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from handbill.contract import Exporter, Page, Run, Seals
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.document import Disclaimer, Document, text_of
from handbill.proof.acceptance import Wanted, accept
from handbill.proof.disclaimer import Proof, expected_disclaimer
from handbill.registry import load, sealing
from handbill.system.bounds import DEFAULT_BOUNDS
from handbill.testing.documents import TIMESTAMP

__all__ = ["ExporterUnderTest", "ignore"]


def ignore(found: Diagnostic) -> None:
    """Do nothing with a message: the `report` of a run whose messages do not matter."""


@functools.lru_cache(maxsize=64)
def _cached_handout(name: str, options: Any, document: Document) -> bytes:
    return load(name).export(document, options, Run(TIMESTAMP, ignore))


@functools.lru_cache(maxsize=64)
def _cached_pages(name: str, options: Any, document: Document) -> tuple[Page, ...]:
    return tuple(load(name).pages(_cached_handout(name, options, document)))


@functools.lru_cache(maxsize=64)
def _cached_seal(name: str, options: Any, disclaimer: Disclaimer) -> bytes | None:
    able = sealing(load(name))
    return None if able is None else able.seal(disclaimer, options).handout


class ExporterUnderTest:
    """An exporter, by the name of its entry point, with the options to test with; the other options have their defaults."""

    name: str
    options: typing.ClassVar[dict[str, Any]] = {}

    @property
    def exporter(self) -> Exporter[Any]:
        """The exporter, loaded by its entry point."""
        return load(self.name)

    @property
    def sealing(self) -> Seals[Any] | None:
        """The exporter as one that makes sealed pages; None if its handouts are proven by reading their pages."""
        return sealing(self.exporter)

    def chosen(self) -> Any:
        """Return the options to test with, of the exporter's own type."""
        return self.exporter.options_type(**self.options)

    def export(self, document: Document) -> bytes:
        """Return the handout of a document, made with the options to test with. The same document is exported once."""
        return _cached_handout(self.name, self.chosen(), document)

    def pages(self, document: Document) -> tuple[Page, ...]:
        """Return the pages read from the handout of a document. The same handout is read once."""
        return _cached_pages(self.name, self.chosen(), document)

    def seal(self, disclaimer: Disclaimer) -> bytes | None:
        """Return the sealed page of a disclaimer, made with the options to test with; None if the exporter makes none."""
        return _cached_seal(self.name, self.chosen(), disclaimer)

    def prove(self, handout: bytes, document: Document) -> Proof:
        """Return where the disclaimer of a document stands in a handout, proven as a build proves it.

        That is by equality with the sealed page if the exporter makes one, and by reading the pages if not. Raises ExporterError if the
        bytes cannot be read back, and ProofError if the proof fails.
        """
        wanted = expected_disclaimer(document.disclaimer, document.disclaimer_position)
        return accept(self.exporter, handout, Wanted(wanted, self.seal(document.disclaimer), None, DEFAULT_BOUNDS)).proof

    def refusal(self, handout: bytes, document: Document) -> HandbillError:
        """Return the error with which a handout is refused. Raises AssertionError if the disclaimer of the document is proven in it."""
        try:
            proof = self.prove(handout, document)
        except HandbillError as error:
            return error
        raise AssertionError(f"the disclaimer was found on page {proof.first}, where it is not")

    def blanked(self, handout: bytes, disclaimer: Disclaimer) -> Iterator[bytes]:
        """Yield copies of a handout in which the text of the disclaimer was replaced by spaces. Each must fail the proof.

        This method finds text that is in the bytes as UTF-8, or in the members of a ZIP archive: all words, and a single one. Override it
        for a format that compresses or encodes text in another way.
        """
        words = sorted(set(re.findall(r"[A-Za-z]{6,}", text_of(disclaimer.tree()))))
        for some in (words, words[:1]):
            yield _blank_members(handout, some) if zipfile.is_zipfile(BytesIO(handout)) else _blank(handout, some)


def _blank(content: bytes, words: list[str]) -> bytes:
    """Replace single words by spaces, because lines are broken between them."""
    for word in words:
        content = content.replace(word.encode(), b" " * len(word))
    return content


def _blank_members(archive: bytes, words: list[str]) -> bytes:
    """Return a ZIP archive with words replaced by spaces in every member."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, _blank(old.read(entry), words), compress_type=entry.compress_type)
    return out.getvalue()

"""Articles for tests of the reader: write a publication of a few files, read an article, and look at its document and messages.

`write` writes the files, `article` reads, `outcome` returns the document and every message, or the messages alone where the article is
refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError
from handbill.document import Document
from handbill.publication.settings import Publication
from handbill.reader.article import Article
from handbill.reader.disclaimers import Disclaimers
from handbill.reader.read import read_article

SETTINGS = 'title = "T"\nlanguage = "en"\ndisclaimer = "general"\n'
"""The least that a publication.toml may have."""

PUBLICATION = Publication(title="Tests", language="en", disclaimer="general")
DISCLAIMER = "---\ntitle: Disclaimer\n---\n\nGeneral information only.\n"


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, with `disclaimers/general.md` where it is not among them; return the folder."""
    for name, content in {"disclaimers/general.md": DISCLAIMER, **files}.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def article(root: Path, name: str = "article.md", publication: Publication = PUBLICATION) -> Article:
    """Read an article of a publication on disk. Raises SourceError."""
    disclaimers = Disclaimers(root, publication.language)
    return read_article(root, name, publication, "", disclaimers.find)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of reading an article: its document, None where it was refused, and the messages."""

    document: Document | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def body(self) -> str:
        """The body's XHTML, without its own tags."""
        assert self.document is not None, self.messages
        return self.document.body.decode().removeprefix("<body>").removesuffix("</body>")

    @property
    def heading(self) -> str:
        """The title's XHTML, without its own tags."""
        assert self.document is not None, self.messages
        return self.document.heading.decode().partition(">")[2].removesuffix("</h1>")

    @property
    def messages(self) -> list[str]:
        """The messages, without their hints."""
        return [str(found).split("\n")[0] for found in self.diagnostics]

    @property
    def codes(self) -> list[str]:
        """The diagnostics' codes."""
        return [found.code for found in self.diagnostics]


def outcome(
    root: Path, name: str = "article.md", exporter: str = "pdf", publication: Publication = PUBLICATION, *, summary: bool = False
) -> Outcome:
    """Read an article of a publication on disk; with `summary` the note that it has no summary is among the messages."""
    try:
        read = article(root, name, publication)
    except HandbillError as error:
        return Outcome(None, _selected(error.diagnostics, summary))
    return Outcome(read.document(exporter), _selected(read.diagnostics, summary))


def _selected(found: Iterable[Diagnostic], summary: bool) -> tuple[Diagnostic, ...]:
    return tuple(one for one in found if summary or one.code != "no-summary")

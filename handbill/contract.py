"""What an exporter is: document to bytes, and bytes back to pages.

An exporter is named by an entry point in the group `handbill.exporters`. It needs nothing of handbill but this module and
`handbill.document`. `handbill.testing` holds the tests that every exporter must pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import diagnostic
from handbill.document import Document
from handbill.punctuation import ASCII_PUNCTUATION

__all__ = [
    "ASCII_PUNCTUATION",
    "UNSEEN",
    "Boxed",
    "Diagnostic",
    "Exporter",
    "ExporterError",
    "Page",
    "Run",
    "Severity",
    "diagnostic",
]

ENTRY_POINT_GROUP = "handbill.exporters"

UNSEEN = "\N{REPLACEMENT CHARACTER}"
"""What stands in a page's text for text that a person does not see: it matches no letter of a disclaimer."""

Options_contra = TypeVar("Options_contra", contravariant=True)


class ExporterError(HandbillError):
    """An exporter cannot make the handout, or cannot read it back."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Boxed:
    """A text that stands in a box on a page: with an edge that is seen on all four sides, and nothing else inside.

    `bold` tells whether all of it is in bold type. `o_height` is how high the lowest of its lower-case o is, in points; in a format whose
    readers set the size of type, at their default of 12 points to the em. Either is None where the format has no type, as plain text.
    """

    text: str
    bold: bool | None = None
    o_height: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a finished handout as its reader meets it: a sheet of a PDF, a spine item of an EPUB, text between form feeds.

    `body` is the text in reading order, a line per line as it is set; `furniture` is what the page's margins carry (running
    header and footer). Text that a person cannot see is in neither: off the page or clipped, under 6 pt, of less contrast than
    4.5 : 1 (WCAG 2.1, 1.4.3), hidden by a style.

    `boxed` is what of the body stands in boxes. An exporter that draws none leaves it empty, and then has no handout of an article with
    marked claims: these need a boxed notice on their page (`handbill.document.take_boxed_notice`).
    """

    body: str
    furniture: str = ""
    boxed: tuple[Boxed, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """What would otherwise be ambient: the time, and somewhere to report to.

    `timestamp` is an aware datetime in UTC, the only time that may enter a handout. `report` takes what is worth telling but
    stops nothing; what stops the handout is raised as an ExporterError.
    """

    timestamp: datetime
    report: Callable[[Diagnostic], None]


class Exporter(Protocol[Options_contra]):
    """A format: how a document becomes a handout, and how a handout is read back.

    An exporter may also have `environment`, a mapping of names to versions or digests of whatever of the machine shapes its bytes
    (a shared library, fonts): when one changes, its handouts are built again. The versions of the Python packages
    that its distribution requires, and its own code, are known without it. What shapes the bytes of one publication's
    documents alone (fonts of the machine that its theme allows by name) is told by a method `environment_of(theme: Theme) ->
    Mapping[str, str]`, which an exporter may have too, and which raises nothing.

    `modules`, a tuple of names, may say what `export` and `pages` import: workers then have it before their first document.

    It may have a method `claims(handout: bytes) -> Sequence[str]`: the standards that a finished handout says it conforms to, read from
    its bytes alone, as people write their names ("PDF/UA-1"). A document with `barriers` gets no claim of accessibility.
    """

    @property
    def name(self) -> str:
        """The entry point's name, and the name of its default edition."""
        ...

    @property
    def suffix(self) -> str:
        """The file name's suffix, with its dot."""
        ...

    @property
    def media_type(self) -> str:
        """The IANA media type of the handouts."""
        ...

    @property
    def options_type(self) -> type[Any]:
        """A frozen dataclass; every field has a default and `metadata={"help": …}`.

        Fields are bool, int, float, str, Literal or tuples of str. A `__post_init__` may refuse values with a ValueError.
        """
        ...

    def export(self, document: Document, options: Options_contra, run: Run) -> bytes:
        """Return the handout. The same arguments give the same bytes, in any process, on any day.

        Raises ExporterError.
        """
        ...

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return the pages of a handout, from its bytes alone and by other means than those that wrote it.

        Raises ExporterError where the bytes are not a handout of this format.
        """
        ...

"""The contract of exporters: what an exporter must and may have, what it is given, and what it returns.

An exporter is one format. It turns a `handbill.document.Document` into the bytes of a handout, and reads the pages of a handout back from
its bytes. It is an object that an entry point in the group `handbill.exporters` names; it needs no base class. A plug-in imports nothing
of handbill but this module, `handbill.document` and, if it compares colours, `handbill.contrast`. `handbill.testing` holds the tests that
every exporter must pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from handbill.diagnostics.diagnostic import Diagnostic, Severity
from handbill.diagnostics.errors import HandbillError
from handbill.diagnostics.rules import diagnostic
from handbill.document import Disclaimer, Document, Theme
from handbill.punctuation import ASCII_PUNCTUATION

__all__ = [
    "ASCII_PUNCTUATION",
    "UNSEEN",
    "Boxed",
    "Diagnostic",
    "DisclaimerParts",
    "Exporter",
    "ExporterError",
    "HasEnvironment",
    "HasThemeEnvironment",
    "NeedsModules",
    "Page",
    "Part",
    "Run",
    "Sealed",
    "Seals",
    "Severity",
    "StatesConformance",
    "diagnostic",
]

ENTRY_POINT_GROUP = "handbill.exporters"

UNSEEN = "\N{REPLACEMENT CHARACTER}"
"""What stands in a page's text for text that a person does not see: it matches no letter of a disclaimer."""

Options_contra = TypeVar("Options_contra", contravariant=True)


class ExporterError(HandbillError):
    """The handout cannot be made, or cannot be read back. The build goes on with the other handouts, and ends with exit code 5."""

    exit_code = 5


@dataclass(frozen=True, slots=True)
class Boxed:
    """A text in a box on a page: a box has an edge that can be seen on all four sides, and holds nothing else.

    `bold` is True if all of the text is in bold type. `o_height` is the height of its lowest lower-case o, in points; in a format whose
    readers set the type size, at their default of 12 points to the em. Either is None if the format has no type, as plain text has none.
    """

    text: str
    bold: bool | None = None
    o_height: float | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a finished handout as its reader meets it: a sheet of a PDF, a spine item of an EPUB, text between form feeds.

    `body` is the text in reading order, with a line for each line as it is set. `furniture` is the text of the page's margins (running
    header and footer). Text that a person cannot see is in neither: text off the page or clipped, below 6 points, of less contrast
    than 4.5 : 1 (WCAG 2.1, success criterion 1.4.3), or hidden by a style.

    `boxed` are the texts of the body that stand in boxes. They are part of `body` too. An exporter that draws no boxes leaves it empty;
    it then has no handouts of articles with marked claims, because each page with such a claim needs a boxed notice
    (`handbill.document.take_boxed_notice`).
    """

    body: str
    furniture: str = ""
    boxed: tuple[Boxed, ...] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """The sealed page: a handout that an exporter makes of a disclaimer and an edition's options alone, without an article.

    `handout` are its bytes, in the exporter's format: one page or more in the place of the article, which carry nothing but the notice,
    and then the pages of the disclaimer. Every handout of the edition must have the same disclaimer's pages and the same notice.
    """

    handout: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a handout that is compared with the same part of the sealed page.

    `name` says in words what it is: "the text of page 1". `media_type` says what `content` is: the lines of "text/plain" (in UTF-8) are
    compared one by one in messages, and an image can be shown beside the one that it differs from.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DisclaimerParts:
    """The disclaimer of a finished handout as its bytes have it.

    `first` and `last` are the pages of the disclaimer, counted from 1, of `pages` in all. `parts` are all that these pages consist of, in
    a form that is the same for the same page in every handout: where the page's own number stands, or the number of pages, there is a
    placeholder. `notices` are the parts of the notice of every other page, by its number, in the same form; a page without one has none.
    """

    first: int
    last: int
    pages: int
    parts: tuple[Part, ...]
    notices: Mapping[int, tuple[Part, ...]]


@dataclass(frozen=True, slots=True)
class Run:
    """What an exporter must not take from the machine: the time, and a place for messages.

    `timestamp` is an aware datetime in UTC. No other time may enter a handout.

    `report` takes a `Diagnostic` about something that the author should know and that does not stop the handout. What does stop it is
    raised as an `ExporterError`. An exporter does not print and does not log.
    """

    timestamp: datetime
    report: Callable[[Diagnostic], None]


class Exporter(Protocol[Options_contra]):
    """A format: how a document becomes a handout, and how a handout is read back.

    The protocols HasEnvironment, HasThemeEnvironment, NeedsModules, Seals and StatesConformance are further members that an exporter may
    have. handbill looks for the member alone: an exporter does not derive from them.
    """

    @property
    def name(self) -> str:
        """The name of the entry point. The exporter's default edition has the same name."""
        ...

    @property
    def suffix(self) -> str:
        """The suffix of the handouts' file names, with its dot: ".pdf"."""
        ...

    @property
    def media_type(self) -> str:
        """The media type of the handouts, as registered with IANA: "application/pdf"."""
        ...

    @property
    def options_type(self) -> type[Any]:
        """The type of the options: a frozen dataclass, each field of which has a default and `metadata={"help": "…"}`.

        The types of fields are bool, int, float, str, Literal, and tuples of str. `__post_init__` may refuse values with a ValueError
        whose text names the option and says what is wrong; it becomes the message that the author sees.
        """
        ...

    def export(self, document: Document, options: Options_contra, run: Run) -> bytes:
        """Return the handout of a document.

        The same arguments give the same bytes, in any process, on any day. Everything comes from the arguments: the function opens no
        file of the publication and no connection. It does not change the document.

        Raises ExporterError if the handout cannot be made.
        """
        ...

    def pages(self, handout: bytes) -> Sequence[Page]:
        """Return the pages of a handout, in order.

        They are read from the bytes alone, and by other means than those that wrote them: code that `export` and `pages` share can hide
        an error in both. handbill finds the whole disclaimer in the pages of each sealed page (`Seals`), or there is no handout; in those
        of each handout if the exporter makes no sealed pages.

        Raises ExporterError if the bytes are not a handout of this format.
        """
        ...


class HasEnvironment(Protocol):
    """Optional: an exporter whose bytes depend on something of the machine, such as a shared library or fonts."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What the bytes depend on: names with versions or digests. If one changes, the exporter's handouts are built again.

        The exporter's own code and the versions of the Python packages that its distribution requires are taken into account without it.
        """
        ...


class HasThemeEnvironment(Protocol):
    """Optional: an exporter whose bytes depend on something of the machine that only some themes use, such as fonts allowed by name."""

    def environment_of(self, theme: Theme) -> Mapping[str, str]:
        """Return the same as `environment` for what the bytes of documents with this theme depend on. Raises nothing."""
        ...


class NeedsModules(Protocol):
    """Optional: an exporter whose imports take long."""

    @property
    def modules(self) -> Sequence[str]:
        """The full names of the modules that `export` and `pages` import. Worker processes import them before their first job."""
        ...


class Seals(Protocol[Options_contra]):
    """Optional: an exporter whose handouts are proven by equality with a sealed page, and not by reading what a person sees of them.

    handbill lets the exporter make the sealed page in a process that has made nothing else, proves it once, as strictly as it can, with
    `Exporter.pages`, and accepts a handout only if its parts are those of the sealed page.
    """

    def seal(self, disclaimer: Disclaimer, options: Options_contra) -> Sealed:
        """Return the sealed page of a disclaimer. The same arguments give the same bytes, in any process, on any day.

        Raises ExporterError if it cannot be made.
        """
        ...

    def disclaimer_of(self, handout: bytes, position: Literal["end", "front"]) -> DisclaimerParts:
        """Return the parts of the disclaimer of a handout, or of a sealed page, in which it stands at `position`.

        A sealed page has its disclaimer at the end. Everything that can change what a reader meets on the disclaimer's pages, in any
        program, is in a part, or is refused. Raises ExporterError if the bytes are no handout of this format, or have anything that
        could change these pages from outside.
        """
        ...


class StatesConformance(Protocol):
    """Optional: an exporter whose handouts can say in their bytes that they conform to a standard."""

    def claims(self, handout: bytes) -> Sequence[str]:
        """Return the standards that a handout says it conforms to, as people write their names: "PDF/UA-1".

        They are read from the bytes alone. A document with `barriers` has handouts that claim no accessibility. Raises ExporterError if
        the bytes are not a handout of this format.
        """
        ...

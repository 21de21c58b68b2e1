"""Front matter as typed values: a reader of known keys that collects what is wrong, and the metadata of an article made with it."""

from __future__ import annotations

import datetime
import difflib
import re
import uuid
from collections.abc import Collection, Mapping
from typing import Literal

from handbill.diagnostics.diagnostic import Diagnostic, Place, Severity, suggestion
from handbill.diagnostics.rules import diagnostic
from handbill.document import Metadata
from handbill.language.tags import LANGUAGE_PATTERN
from handbill.manuscript.front_matter import Value, place_of_key
from handbill.publication.settings import Publication
from handbill.reader.deadlines import Deadline

__all__ = [
    "ARTICLE_KEYS",
    "DISCLAIMER_KEYS",
    "NO_DISCLAIMER",
    "NO_DISCLAIMER_HINT",
    "FrontMatterReader",
    "article_metadata",
    "declines_disclaimer",
]

ARTICLE_KEYS = frozenset(
    "title subtitle author date lang abstract keywords rights identifier disclaimer version reviewed review-by expires facts-as-of contact "
    "publisher".split()
)
DISCLAIMER_KEYS = frozenset("title lang version reviewed review-by expires contact notice profile".split())

NO_DISCLAIMER = "every handout has a disclaimer; an article cannot go without"
NO_DISCLAIMER_HINT = "name a file of disclaimers/, without .md, or leave the line out"

_OTHER_TOOLS = frozenset(
    # Keys of Jekyll, Hugo, Docusaurus, MkDocs, Quarto, pandoc and the like
    "aliases authors banner bibliography book build cascade categories category citation-style classoption cover css csl cssclass "
    "custom_edit_url date-modified description documentclass draft editor engine excerpt execute filters fontfamily fontsize format "
    "geometry header-includes hide hide_table_of_contents hide_title hero icon id image images institute jupyter keyword knitr lastmod "
    "last_modified_at last_update layout license linkcolor linkTitle linktitle link-citations mainfont markup menu mermaid monofont "
    "mtime nav_exclude nav_order next numbersections order outline output outputs pagefind pagination_label papersize parent permalink "
    "prev published publishDate redirect_from references resources robots sansfont section series sidebar sidebar_class_name "
    "sidebar_label sidebar_position sitemap slug social status style summary tag tags template thanks thumbnail toc toc-depth toc_depth "
    "toc_max_heading_level translationKey type unlisted updated url weight".split()
)


def declines_disclaimer(text: str) -> bool:
    """Return whether the value of `disclaimer` asks for no disclaimer."""
    return text.strip().casefold() in ("", "none", "false", "no", "null")


def _means_disclaimer(key: str) -> bool:
    """Return whether an unknown key is probably a misspelt `disclaimer`: that is an error, since another disclaimer would be printed."""
    return bool(difflib.get_close_matches(key.strip().casefold(), ["disclaimer"], cutoff=0.8))


class FrontMatterReader:
    """Reads the values of one file's front matter by key; `diagnostics` collects what is wrong with them, in the order of reading."""

    def __init__(self, path: str, values: Mapping[str, Value], known: Collection[str]) -> None:
        """Take the values of the file at `path`, and report the keys that are not among the known ones."""
        self.path = path
        self.values = values
        self.diagnostics: list[Diagnostic] = []
        unknown = [key for key in values if key not in known]
        mistyped = [key for key in unknown if "disclaimer" in known and _means_disclaimer(key)]
        others = [key for key in unknown if key not in mistyped and (key in _OTHER_TOOLS or not isinstance(values[key].content, str))]
        if others:
            self._report(
                "other-front-matter",
                self.place_of_key(others[0]),
                f"front matter of other tools is not used: {', '.join(others)}",
                "leave it where another tool reads the file too, else delete it",
            )
        for key in unknown:
            message = f"there is no front matter key `{key}`; it is not used"
            if key in mistyped and declines_disclaimer("".join(values[key].texts())):
                self._report("no-disclaimer", self.place_of_key(key), NO_DISCLAIMER, NO_DISCLAIMER_HINT)
            elif key not in others:
                hint = suggestion(key.casefold() if key in mistyped else key, known)
                severity = Severity.ERROR if key in mistyped else None
                self._report("unknown-front-matter", self.place_of_key(key), message, hint, severity)

    def _report(self, code: str, place: Place, message: str, hint: str, severity: Severity | None = None) -> None:
        self.diagnostics.append(diagnostic(code, message, place, hint, severity=severity))

    def place_of_key(self, key: str) -> Place:
        """Return the place of a key; the file's beginning where it is absent."""
        return place_of_key(self.path, self.values, key, 1, 1)

    def error(self, key: str, message: str, hint: str = "", code: str = "front-matter") -> None:
        """Collect an error at the place of a key."""
        self._report(code, self.place_of_key(key), message, hint)

    def text(self, key: str) -> str:
        """Return a scalar with each run of white space as one space; "" where there is none."""
        return " ".join(self.block(key).split())

    def block(self, key: str) -> str:
        """Return a scalar as it was written; "" where there is none."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value.content, str):
            self.error(key, f"`{key}` is a text, not a list or a table", f"write one text: {key}: …")
            return ""
        return value.content.strip()

    def texts(self, key: str, *, separated: bool = False) -> tuple[str, ...]:
        """Return the texts of a list or of one scalar, which may be `separated` by commas."""
        value = self.values.get(key)
        if value is None:
            return ()
        found = [" ".join(text.split()) for text in value.texts()]
        if separated and isinstance(value.content, str):
            found = [part.strip() for text in found for part in text.split(",")]
        return tuple(dict.fromkeys(text for text in found if text))

    def date(self, key: str) -> datetime.date | None:
        """Return a date, written as in ISO 8601 (YYYY-MM-DD); a time after it is ignored."""
        text = self.text(key)
        if not text:
            return None
        found = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?=$|[T ])", text)
        if found:
            try:
                return datetime.date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                pass
        self.error(key, f"`{key}` is a date, not `{text}`", "write it as YYYY-MM-DD")
        return None

    def deadlines(self, whose: Literal["article", "disclaimer"]) -> tuple[Deadline, ...]:
        """Return the deadlines that the file states: `review-by`, then `expires`."""
        found = []
        kinds: tuple[Literal["review-by", "expires"], ...] = ("review-by", "expires")
        for kind in kinds:
            day = self.date(kind)
            if day is not None:
                found.append(Deadline(kind, whose, day, self.path, self.values[kind].line, self.values[kind].column))
        return tuple(found)

    def language(self) -> str:
        """Return the language tag (BCP 47); "" where there is none or it is malformed."""
        text = self.text("lang").replace("_", "-")
        if text and not re.match(LANGUAGE_PATTERN, text):
            self.error("lang", f"`{text}` is no language tag (BCP 47)", "for example en, es or pt-BR")
            return ""
        return text


def article_metadata(
    front_matter: FrontMatterReader, publication: Publication, path: str, language: str, latest: str, title: str
) -> Metadata:
    """Return what front matter and publication say about an article; what is wrong is collected in `front_matter`."""
    authors = front_matter.texts("author")
    name = f"handbill:{publication.title}:{path}"
    return Metadata(
        title=title,
        language=language,
        identifier=front_matter.text("identifier") or f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}",
        subtitle=front_matter.text("subtitle"),
        authors=authors,
        publisher=front_matter.text("publisher") or publication.publisher,
        contact=front_matter.text("contact") or publication.contact,
        rights=front_matter.text("rights") or publication.rights,
        keywords=front_matter.texts("keywords", separated=True),
        version=front_matter.text("version"),
        date=front_matter.date("date"),
        reviewed=front_matter.date("reviewed"),
        review_by=front_matter.date("review-by"),
        facts_as_of=front_matter.date("facts-as-of"),
        latest=latest,
    )

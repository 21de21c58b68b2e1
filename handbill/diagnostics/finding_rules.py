"""The rules of findings, by code: something is wrong or worth knowing, and the handout is made all the same.

docs/reference/diagnostics.md explains each.
"""

from __future__ import annotations

from collections.abc import Mapping

from handbill.diagnostics.diagnostic import Severity
from handbill.diagnostics.rule import Rule, finding

__all__ = ["FINDINGS"]

FINDINGS: Mapping[str, Rule] = {
    "absolute-claim": finding(Severity.WARNING, "A sentence promises what can hardly be proven."),
    "allowed": finding(Severity.NOTE, "A finding that a comment in the article allows.", hint=None),
    "bad-address": finding(
        Severity.WARNING,
        "An address is of a kind that handouts do not carry: code, data, one with a password, or none at all.",
        exit_codes=(3,),
    ),
    "bad-allowance": finding(
        Severity.WARNING, "A comment that begins with `handbill:` allows nothing: it has no reason, an unknown code, or another form."
    ),
    "bad-language": finding(Severity.WARNING, "A language tag names no language.", exit_codes=(3,)),
    "broken-link": finding(Severity.WARNING, "What a link leads to is not there.", origin="web"),
    "concealing-character": finding(Severity.WARNING, "A character that nobody sees is left out of the text handout.", origin="exporter"),
    "control-character": finding(Severity.WARNING, "A control character stands in the text, often by a paste from a PDF."),
    "dead-link": finding(Severity.WARNING, "A link leads to nothing in the publication or in the article.", exit_codes=(3,)),
    "deep-drawing": finding(
        Severity.WARNING,
        "An SVG image has groups in groups more than 28 deep, which PDF/A does not allow; the PDF does not claim it.",
        origin="exporter",
    ),
    "disease-claim": finding(Severity.WARNING, "A sentence claims that something treats, cures or prevents a disease."),
    "empty-link": finding(Severity.WARNING, "A link has no words."),
    "empty-section": finding(Severity.WARNING, "Nothing stands under a heading."),
    "english-words": finding(Severity.WARNING, "handbill has no words in the article's language."),
    "expired": finding(Severity.NOTE, "The article or its disclaimer was good until a day that has passed, and has no handouts any more."),
    "expires-soon": finding(Severity.NOTE, "The article or its disclaimer will soon expire."),
    "image-without-alt": finding(Severity.NOTE, "WeasyPrint was given an image without alternative text.", origin="exporter"),
    "insecure-link": finding(Severity.WARNING, "A link begins with `http:`."),
    "layout": finding(
        Severity.WARNING, "WeasyPrint or fontTools has a remark about the PDF that handbill does not know.", origin="exporter"
    ),
    "link-to-file": finding(Severity.NOTE, "A link leads to another file of the publication.", exit_codes=(3,)),
    "long-paragraph": finding(Severity.WARNING, "A paragraph has more words than `paragraph` of `[plain-language]` allows."),
    "long-row": finding(Severity.WARNING, "A row has more cells than the head of its table, which gets a column without a name."),
    "long-sentence": finding(Severity.WARNING, "A sentence has more words than `sentence` of `[plain-language]` allows."),
    "lost-link": finding(Severity.WARNING, "A link cannot stand in an EPUB, and its text is kept.", origin="exporter"),
    "low-contrast": finding(Severity.WARNING, "Two colours of the theme are hard to tell apart."),
    "missing-alt": finding(Severity.WARNING, "An image has no alternative text."),
    "missing-contact": finding(Severity.WARNING, "A disclaimer lacks the contact that its profile asks for."),
    "missing-review-date": finding(Severity.WARNING, "A disclaimer lacks the date of its last review, which its profile asks for."),
    "missing-version": finding(Severity.WARNING, "A disclaimer lacks the version that its profile asks for."),
    "moved-link": finding(Severity.NOTE, "What a link leads to has moved for good.", origin="web"),
    "no-language": finding(Severity.WARNING, "Nothing says what language the article is in."),
    "no-summary": finding(Severity.NOTE, "The article has no summary."),
    "no-title": finding(Severity.WARNING, "The article has no title, and its file name stands in.", exit_codes=(3,)),
    "open-direction": finding(
        Severity.WARNING,
        "A character that sets the direction of text is not closed in its paragraph, or closes nothing.",
        hint="delete it, or write both of a pair in one paragraph",
    ),
    "other-front-matter": finding(Severity.NOTE, "The front matter has keys of other tools, such as Jekyll or Hugo."),
    "plain-word": finding(Severity.WARNING, "A word or a phrase has a plainer one."),
    "press-colours": finding(Severity.WARNING, "A style sheet or an SVG image has colours for printing presses.", origin="exporter"),
    "private-use": finding(Severity.WARNING, "A character of private use stands in the text."),
    "raw-html": finding(Severity.WARNING, "A tag is read as text, or an element is left out of the handouts."),
    "reading-grade": finding(
        Severity.WARNING, "The article reads at a higher school grade than `grade` of `[plain-language]`, or is less easy than `ease`."
    ),
    "refused-link": finding(
        Severity.WARNING, "A link leads into a private network, or to a port that is none of the web: nothing was asked.", origin="web"
    ),
    "remote-image": finding(Severity.WARNING, "An image is on the web, and nothing is fetched from there."),
    "review-due": finding(Severity.NOTE, "A review falls due soon."),
    "review-overdue": finding(Severity.WARNING, "The day by which the text was to be reviewed has passed."),
    "reserved-class": finding(Severity.WARNING, "A class that handbill keeps for itself is left out."),
    "second-title": finding(Severity.WARNING, "A heading of the first level stands beside the title."),
    "short-row": finding(Severity.WARNING, "A row has fewer cells than the head of its table, and empty ones stand in."),
    "skipped-heading": finding(Severity.WARNING, "A heading is two levels or more below the one before it."),
    "statement-number": finding(
        Severity.WARNING, "The disclaimer's page speaks of one statement where several claims are marked, or of several where one is."
    ),
    "table-header": finding(Severity.WARNING, "A table has no header cells, or a column has none."),
    "theme-declaration": finding(
        Severity.NOTE, "A declaration of the theme cannot stand in an EPUB, and is left out there.", origin="exporter"
    ),
    "theme-property": finding(Severity.WARNING, "A theme does not set this property, or not to this value; the declaration is left out."),
    "unasked-link": finding(Severity.NOTE, "The time for all links was over before this one was asked.", origin="web"),
    "unbalanced-html": finding(Severity.WARNING, "A tag is not closed, or closes nothing."),
    "uncalled-note": finding(Severity.WARNING, "Nothing in the text calls a footnote; it stands at the end of the notes."),
    "unchecked-phrases": finding(Severity.NOTE, "A profile has no phrases in the disclaimer's language."),
    "unclosed-front-matter": finding(Severity.WARNING, "Front matter is opened and never closed, so that it is read as text."),
    "unembedded-characters": finding(
        Severity.WARNING, "An EPUB that embeds its fonts has characters that none of them draws.", origin="exporter"
    ),
    "unknown-alert": finding(Severity.WARNING, "A callout is of a kind that handbill does not know, and stands as a quotation."),
    "unknown-format": finding(Severity.WARNING, "Something in the article is only for a format of which no exporter is installed."),
    "unknown-front-matter": finding(Severity.WARNING, "There is no such key in front matter, and it is not used.", exit_codes=(3,)),
    "unreachable-link": finding(
        Severity.WARNING, "A link could not be followed: no host, no answer in time, no good certificate, or a refusal.", origin="web"
    ),
    "unsourced-amount": finding(Severity.WARNING, "An amount stands in the text without a note that says where it comes from."),
    "unused-allowance": finding(Severity.WARNING, "A comment allows what is not found where it stands."),
    "vague-alt": finding(Severity.WARNING, "An image's alternative text is a file's name, or a word such as “image”."),
    "vague-link": finding(Severity.WARNING, "The words of a link do not say where it leads."),
}

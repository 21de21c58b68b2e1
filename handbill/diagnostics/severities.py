"""How much a finding weighs: what it does by itself, and what `[checks]` of publication.toml makes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal, get_args

from handbill.contract import Diagnostic, Severity

__all__ = ["FINDINGS", "OF_EXPORTERS", "OF_THE_WEB", "WEIGHTS", "Weight", "weighed"]

Weight = Literal["error", "warning", "note", "off"]
"""What a publication may say of a finding's code."""

WEIGHTS: tuple[str, ...] = get_args(Weight)

FINDINGS: Mapping[str, Severity] = {
    **dict.fromkeys(
        (
            "absolute-claim",
            "bad-address",
            "bad-allowance",
            "bad-language",
            "broken-link",
            "concealing-character",
            "control-character",
            "dead-link",
            "deep-drawing",
            "disease-claim",
            "empty-link",
            "empty-section",
            "english-words",
            "insecure-link",
            "layout",
            "long-paragraph",
            "long-row",
            "long-sentence",
            "lost-link",
            "low-contrast",
            "missing-alt",
            "missing-contact",
            "missing-review-date",
            "missing-version",
            "no-language",
            "no-title",
            "open-direction",
            "plain-word",
            "press-colours",
            "private-use",
            "raw-html",
            "reading-grade",
            "refused-link",
            "remote-image",
            "review-overdue",
            "second-title",
            "short-row",
            "skipped-heading",
            "statement-number",
            "table-header",
            "theme-property",
            "unbalanced-html",
            "uncalled-note",
            "unclosed-front-matter",
            "unembedded-characters",
            "unknown-alert",
            "unknown-format",
            "unknown-front-matter",
            "unreachable-link",
            "unsourced-amount",
            "unused-allowance",
            "vague-alt",
            "vague-link",
        ),
        Severity.WARNING,
    ),
    **dict.fromkeys(
        (
            "allowed",
            "expired",
            "expires-soon",
            "image-without-alt",
            "link-to-file",
            "moved-link",
            "no-summary",
            "other-front-matter",
            "review-due",
            "theme-declaration",
            "unasked-link",
            "unchecked-phrases",
        ),
        Severity.NOTE,
    ),
}
"""The codes of findings with which there is a handout all the same: how much each weighs where a publication does not say."""


OF_EXPORTERS = frozenset(
    (
        "concealing-character",
        "deep-drawing",
        "image-without-alt",
        "layout",
        "lost-link",
        "press-colours",
        "theme-declaration",
        "unembedded-characters",
    )
)
"""Those of them that exporters find, when a handout is made."""


OF_THE_WEB = frozenset(("broken-link", "moved-link", "refused-link", "unasked-link", "unreachable-link"))
"""Those of them that are found where links are asked, with `--online` alone."""


def weighed(found: Diagnostic, weights: Mapping[str, str]) -> Diagnostic | None:
    """Return a message with the severity that a publication gives its code; None where it is off.

    What is an error by itself stays one: there is no handout that could be had in spite of it.
    """
    weight = weights.get(found.code)
    if weight is None or found.severity is Severity.ERROR:
        return found
    return None if weight == "off" else dataclasses.replace(found, severity=Severity(weight))

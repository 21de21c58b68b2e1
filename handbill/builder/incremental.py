"""Incremental builds: whether a handout that an earlier build made can stay, as a pure function of values.

The digest of everything that goes into a handout (its document, the expected disclaimer, the edition's options, the exporter's code and
environment) decides. Nothing is read or written here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from handbill.builder.article_state import ArticleState, Standing
from handbill.builder.cache import CachedDocument
from handbill.builder.plan import Edition
from handbill.proof.manifest import Handout
from handbill.system.digests import digest_of

__all__ = ["Decision", "HandoutInputs", "Keep", "Make", "Skip", "decide", "inputs_digest"]


@dataclass(frozen=True, slots=True)
class HandoutInputs:
    """What goes into a handout if it is made now, as far as the manifest records it.

    `digest` is the digest of all that goes into it. `publication` is its publication's title. `barriers` are the codes of what keeps it
    from a claim of accessibility, with how many there are of each. `most_pages` is the limit of pages in force.
    """

    digest: str
    publication: str
    barriers: Mapping[str, int]
    most_pages: int


@dataclass(frozen=True, slots=True)
class Keep:
    """The file of an earlier build stays, if its bytes are still those that were proven; `row` is its row of the manifest now."""

    row: Handout


@dataclass(frozen=True, slots=True)
class Make:
    """The handout is made anew."""


@dataclass(frozen=True, slots=True)
class Skip:
    """The article has no new handouts in this run: it has expired, or it failed."""

    standing: Standing


Decision = Keep | Make | Skip


def decide(state: ArticleState, row: Handout | None, inputs: HandoutInputs | None) -> Decision:
    """Return what becomes of one handout.

    `inputs` are None where there is no document to make it of: the article could not be read. `row` is what the manifest of the last
    build says of its file, None where it says nothing or is not to be relied on. A row that has more pages than the limit in force is not
    kept, so that the handout is refused with its place. The publication's title is in no handout: a row of another title is kept under the
    new one.
    """
    if inputs is None or state.standing is not Standing.CURRENT:
        return Skip(state.standing)
    if row is None or row.inputs != inputs.digest or row.proof.pages > inputs.most_pages:
        return Make()
    return Keep(dataclasses.replace(row, outdated=False, publication=inputs.publication, barriers=inputs.barriers))


def inputs_digest(document: CachedDocument, edition: Edition, code: str, environment: Mapping[str, Any]) -> str:
    """Return the digest of everything that goes into a handout.

    `code` is the digest of the exporter's and the core's code; `environment` is what of the machine shapes this theme's handouts.
    """
    return digest_of((document.document, document.expected, edition.name, edition.options, code, dict(environment)))

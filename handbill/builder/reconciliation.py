"""The ledger of a run: the new manifest and the files to remove, as a pure function of what the run saw.

`reconcile` takes the manifest of the last build, the plan, what is known of each article and what became of each handout. Nothing is
read or written here: `build_folder` carries the ledger out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from handbill.builder.article_state import ArticleState, Standing
from handbill.builder.handout_results import Built, NotBuilt, Result, Unchanged
from handbill.builder.plan import Plan, Target
from handbill.builder.report import Row
from handbill.proof.disclaimer import ExpectedDisclaimer
from handbill.proof.manifest import Expired, Handout, Manifest, MissingHandout

__all__ = ["CurrentDisclaimers", "Ledger", "reconcile"]


@dataclass(frozen=True, slots=True)
class CurrentDisclaimers:
    """The disclaimers that articles which failed would carry now.

    `of_records` has the digest of the disclaimer that an article's record names, by the record's key; none where it cannot be read.
    `possible` has all disclaimers that an unreadable article might carry, by its path.
    """

    of_records: Mapping[tuple[str, str], str] = field(default_factory=dict)
    possible: Mapping[str, tuple[ExpectedDisclaimer, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a run leaves behind.

    `manifest` is the new manifest, without the rows in `removals`, whose files are to be removed. `rows` are what the run says of each
    handout that was asked for, sorted by file.
    """

    manifest: Manifest
    removals: tuple[Handout, ...]
    rows: tuple[Row, ...]


def reconcile(
    old: Manifest,
    plan: Plan,
    states: Mapping[str, ArticleState],
    results: Mapping[str, Result],
    current: CurrentDisclaimers,
    *,
    complete: bool,
) -> Ledger:
    """Return the ledger of a run.

    `states` has what is known of articles, by path; `results` what became of handouts, by file. A run that is not `complete` (it was
    interrupted, or an error ended it) vouches for what it has seen, and for that alone: nothing is removed, and the rows of handouts
    that it did not come to stay as they are.
    """
    handouts = dict(old.handouts)
    rows: dict[str, Row] = {}
    for file, result in results.items():
        rows[file] = row = _row_of(file, result, old.handouts.get(file))
        if row.handout is not None:
            handouts[file] = row.handout
    removals: list[Handout] = []
    missing = old.failed
    if complete:
        asked = {target.file: target for target in plan.targets()}
        failed = {path for path, state in states.items() if state.standing.has_failed}
        stale = {file for file, target in asked.items() if target.article.path in failed}
        stale |= {file for file, handout in handouts.items() if handout.publication == plan.title and handout.source in failed}
        handouts = {file: _stale(handout, current) if file in stale else handout for file, handout in handouts.items()}
        rows |= {file: Row(file, "failed", handouts.get(file)) for file in stale if file in asked}
        removals = [handout for handout in handouts.values() if _is_removed(handout, plan, asked, states)]
        for handout in removals:
            del handouts[handout.file]
        missing = _missing_handouts(old, plan, asked, handouts, states, current)
    texts = {one.expected.digest(): one.expected for one in results.values() if not isinstance(one, Unchanged)}
    texts |= {text.digest(): text for group in current.possible.values() for text in group}
    records = {record.key: record for record in old.articles}
    records |= {state.record.key: state.record for state in states.values() if state.record is not None and not state.standing.has_failed}
    manifest = Manifest(
        handouts,
        {**old.disclaimers, **texts},
        _expired_articles(old, plan, states),
        tuple(records.values()),
        tuple(one for one in missing if one.file not in handouts),
    )
    return Ledger(manifest, tuple(removals), tuple(rows[file] for file in sorted(rows)))


def _row_of(file: str, result: Result, old: Handout | None) -> Row:
    """Return what a run says of a handout that it came to; `old` is its row in the manifest of the last build."""
    match result:
        case Unchanged(row, refused):
            return Row(file, "failed" if refused else "unchanged", dataclasses.replace(row, stale=refused))
        case Built(row):
            return Row(file, "built", row)
        case NotBuilt(expected):
            return Row(file, "failed", None if old is None else _marked_stale(old, expected.digest()))


def _stale(handout: Handout, current: CurrentDisclaimers) -> Handout:
    """Return the row of the last handout of an article that failed."""
    return _marked_stale(handout, current.of_records.get((handout.publication, handout.source), ""))


def _marked_stale(handout: Handout, disclaimer: str) -> Handout:
    """Return a row marked as older than its article; it is outdated where the article's disclaimer, by its digest, is another by now."""
    return dataclasses.replace(handout, stale=True, outdated=handout.disclaimer != disclaimer)


def _is_removed(handout: Handout, plan: Plan, asked: Collection[str], states: Mapping[str, ArticleState]) -> bool:
    """Return whether the file of a row goes: its article has expired, or no source asks for it any more.

    Handouts of an article that failed stay, unless another shard has that article now.
    """
    if handout.publication != plan.title:
        return False
    state = states.get(handout.source)
    if state is not None and state.standing is Standing.EXPIRED:
        return True
    elsewhere = plan.is_shard and state is None
    is_failed = state is not None and state.standing.has_failed
    return elsewhere or (plan.full and handout.file not in asked and not is_failed)


def _expired_articles(old: Manifest, plan: Plan, states: Mapping[str, ArticleState]) -> tuple[Expired, ...]:
    """Return the articles that have expired: those of this run, and what the old manifest says of articles that were not read."""
    known = {path for path, state in states.items() if not state.standing.has_failed}
    there = _paths(plan)
    kept = [
        row
        for row in old.expired
        if row.publication != plan.title or (row.article not in known and (row.article in there or not plan.opened.whole))
    ]
    new = [Expired(plan.title, path, state.last_day) for path, state in states.items() if state.standing is Standing.EXPIRED]
    return (*kept, *new)


def _paths(plan: Plan) -> set[str]:
    """Return the paths of the plan's articles."""
    return {article.path for article in plan.articles}


def _missing_handouts(
    old: Manifest,
    plan: Plan,
    asked: Mapping[str, Target],
    handouts: Mapping[str, Handout],
    states: Mapping[str, ArticleState],
    current: CurrentDisclaimers,
) -> tuple[MissingHandout, ...]:
    """Return the handouts that were asked for and are not there; of those that were not asked for, what the old manifest says."""
    there = _paths(plan)
    kept = [
        one
        for one in old.failed
        if one.publication != plan.title or (one.file not in asked and not plan.full and (one.article in there or not plan.opened.whole))
    ]
    new = [
        MissingHandout(plan.title, target.article.path, target.file, _possible_digests(target, states, current))
        for target in asked.values()
        if target.file not in handouts and states[target.article.path].standing is not Standing.EXPIRED
    ]
    return (*kept, *new)


def _possible_digests(target: Target, states: Mapping[str, ArticleState], current: CurrentDisclaimers) -> tuple[str, ...]:
    """Return the digests of the disclaimers that a handout might carry: its article's own, or any where that cannot be read."""
    documents = states[target.article.path].documents
    if documents:
        return (documents[target.edition.exporter.name].expected,)
    return tuple(sorted(text.digest() for text in current.possible.get(target.article.path, ())))

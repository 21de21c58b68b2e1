"""What becomes of each handout, and the manifest that follows: tables of cases for the two pure functions of a build."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from handbill.builder.article_state import ArticleState, Standing
from handbill.builder.cache import CachedDocument
from handbill.builder.handout_results import Built, NotBuilt, Unchanged
from handbill.builder.incremental import HandoutInputs, Keep, Make, Skip, decide, inputs_digest
from handbill.builder.plan import Edition, Plan
from handbill.builder.reconciliation import CurrentDisclaimers, Ledger, reconcile
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof
from handbill.proof.manifest import ArticleRecord, Expired, Handout, Manifest, MissingHandout
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.publication.settings import Publication
from handbill.registry import load

TITLE = "Letters"
TEXT = Edition("text", load("text"), load("text").options_type())
OLD, NEW, THIRD = (ExpectedDisclaimer((("Disclaimer",), (words,)), "", "", "end") for words in ("Old words.", "New words.", "Third words."))
CURRENT, EXPIRED, REFUSED, UNREADABLE = Standing
INPUTS = HandoutInputs(digest="now", publication=TITLE, barriers={"missing-alt": 1}, most_pages=9)


def handout(name: str, **others: Any) -> Handout:
    """Return a row of the manifest: the text handout of an article, as an earlier build made it."""
    row = Handout(
        file=f"{name}.txt",
        publication=TITLE,
        article=name,
        source=f"{name}.md",
        edition="text",
        exporter="text",
        media_type="text/plain",
        language="en",
        title=name,
        version="1",
        size=1,
        sha256="0",
        inputs="now",
        disclaimer=OLD.digest(),
        proof=Proof(2, 2, 2),
    )
    return dataclasses.replace(row, **others)


def record(name: str, publication: str = TITLE) -> ArticleRecord:
    return ArticleRecord(publication, f"{name}.md", name, name, "en", name, f"urn:{name}", disclaimer="general")


def state(name: str, standing: Standing = CURRENT) -> ArticleState:
    """Return the state of an article whose disclaimer is the new one."""
    if standing is UNREADABLE:
        return ArticleState(standing)
    last_day = "2026-01-31" if standing is EXPIRED else ""
    return ArticleState(standing, record(name), {"text": CachedDocument("document", NEW.digest(), {})}, last_day)


def plan(*names: str, full: bool = True, is_shard: bool = False, whole: bool = True) -> Plan:
    articles = tuple(ArticlePath(f"{name}.md", name, "") for name in names)
    opened = OpenedPublication(Path("source"), Publication(title=TITLE), articles, whole=whole)
    return Plan(opened, (TEXT,), articles, full, is_shard)


def manifest(*rows: Handout, expired: tuple[Expired, ...] = (), failed: tuple[MissingHandout, ...] = ()) -> Manifest:
    records = tuple(ArticleRecord(row.publication, row.source, row.article, row.article, "en", "", "") for row in rows)
    return Manifest({row.file: row for row in rows}, {OLD.digest(): OLD}, expired, records, failed)


def settle(old: Manifest, plan: Plan, states: Mapping[str, Standing], results: Mapping[str, Any] | None = None, **how: Any) -> Ledger:
    known = {f"{name}.md": state(name, standing) for name, standing in states.items()}
    done = {f"{name}.txt": result for name, result in (results or {}).items()}
    current = CurrentDisclaimers(how.pop("of_records", {}), how.pop("possible", {}))
    return reconcile(old, plan, known, done, current, complete=how.pop("complete", True))


@pytest.mark.parametrize(
    ("row", "standing", "decision"),
    [
        (None, CURRENT, Make()),
        (handout("a", inputs="then"), CURRENT, Make()),
        (handout("a", proof=Proof(10, 10, 10)), CURRENT, Make()),
        (handout("a", proof=Proof(9, 9, 9)), CURRENT, Keep(handout("a", proof=Proof(9, 9, 9), barriers=INPUTS.barriers))),
        (handout("a"), CURRENT, Keep(handout("a", barriers=INPUTS.barriers))),
        (handout("a", outdated=True, stale=True), CURRENT, Keep(handout("a", stale=True, barriers=INPUTS.barriers))),
        (handout("a", publication="Former title"), CURRENT, Keep(handout("a", barriers=INPUTS.barriers))),
        (handout("a"), EXPIRED, Skip(EXPIRED)),
        (handout("a"), REFUSED, Skip(REFUSED)),
        (None, REFUSED, Skip(REFUSED)),
        (handout("a"), UNREADABLE, Skip(UNREADABLE)),
    ],
    ids=[
        "no row",
        "other inputs",
        "more pages than may be",
        "as many pages as may be",
        "the same inputs",
        "stale, and the same inputs",
        "of a title that was changed",
        "expired",
        "refused",
        "refused, and never built",
        "unreadable",
    ],
)
def test_what_becomes_of_a_handout(row: Handout | None, standing: Standing, decision: object) -> None:
    assert decide(state("a", standing), row, None if standing is UNREADABLE else INPUTS) == decision


def test_everything_that_goes_into_a_handout_is_in_its_digest() -> None:
    document = CachedDocument("document", "expected", {})
    other = Edition("narrow", TEXT.exporter, TEXT.options)
    digests = [
        inputs_digest(document, TEXT, "code", {}),
        inputs_digest(dataclasses.replace(document, document="other"), TEXT, "code", {}),
        inputs_digest(dataclasses.replace(document, expected="other"), TEXT, "code", {}),
        inputs_digest(document, other, "code", {}),
        inputs_digest(document, dataclasses.replace(TEXT, options=dataclasses.replace(TEXT.options, width=50)), "code", {}),
        inputs_digest(document, TEXT, "other code", {}),
        inputs_digest(document, TEXT, "code", {"font": "other"}),
    ]
    assert len(set(digests)) == len(digests)
    # What keeps a document from a claim changes no byte beyond the document's own.
    assert inputs_digest(dataclasses.replace(document, barriers={"missing-alt": 1}), TEXT, "code", {}) == digests[0]


def test_a_handout_that_was_built_has_its_row_its_text_and_its_record() -> None:
    new = handout("a", disclaimer=NEW.digest())
    ledger = settle(manifest(handout("a")), plan("a"), {"a": CURRENT}, {"a": Built(new, NEW)})
    assert ledger.manifest.handouts == {"a.txt": new}
    assert ledger.manifest.disclaimers == {OLD.digest(): OLD, NEW.digest(): NEW}
    assert ledger.manifest.articles == (record("a"),)
    assert [(row.file, row.state) for row in ledger.rows] == [("a.txt", "built")]
    assert ledger.removals == ()


def test_a_handout_that_stays_is_stale_only_where_its_messages_are_refused() -> None:
    rows = {"a": Unchanged(handout("a", stale=True)), "b": Unchanged(handout("b"), refused=True)}
    ledger = settle(manifest(handout("a", stale=True), handout("b")), plan("a", "b"), {"a": CURRENT, "b": CURRENT}, rows)
    assert {file: row.stale for file, row in ledger.manifest.handouts.items()} == {"a.txt": False, "b.txt": True}
    assert [(row.file, row.state) for row in ledger.rows] == [("a.txt", "unchanged"), ("b.txt", "failed")]


def test_a_handout_that_could_not_be_made_keeps_its_last_file_and_is_outdated_where_its_disclaimer_changed() -> None:
    old = manifest(handout("a"), handout("b"))
    ledger = settle(old, plan("a", "b", "c"), dict.fromkeys("abc", CURRENT), {"a": NotBuilt(OLD), "b": NotBuilt(NEW), "c": NotBuilt(NEW)})
    assert {file: (row.stale, row.outdated) for file, row in ledger.manifest.handouts.items()} == {
        "a.txt": (True, False),
        "b.txt": (True, True),
    }
    assert [(row.file, row.state, row.handout is None) for row in ledger.rows] == [
        ("a.txt", "failed", False),
        ("b.txt", "failed", False),
        ("c.txt", "failed", True),
    ]
    assert ledger.manifest.failed == (MissingHandout(TITLE, "c.md", "c.txt", (NEW.digest(),)),)


@pytest.mark.parametrize("standing", [REFUSED, UNREADABLE])
@pytest.mark.parametrize(("now", "outdated"), [(OLD.digest(), False), (NEW.digest(), True), ("", True)])
def test_the_last_handouts_of_an_article_that_failed_stay_in_every_edition(standing: Standing, now: str, outdated: bool) -> None:
    other = handout("a", file="a-wide.txt", edition="wide")
    of_records = {(TITLE, "a.md"): now} if now else {}
    ledger = settle(manifest(handout("a"), other), plan("a", full=False), {"a": standing}, of_records=of_records)
    assert {(row.stale, row.outdated) for row in ledger.manifest.handouts.values()} == {(True, outdated)}
    assert ledger.removals == ()
    # The other edition was not asked for: the run says nothing of it.
    assert [(row.file, row.state) for row in ledger.rows] == [("a.txt", "failed")]


def test_a_handout_of_an_article_that_cannot_be_read_may_have_carried_any_disclaimer() -> None:
    states = {"a": UNREADABLE, "b": REFUSED}
    ledger = settle(Manifest(), plan("a", "b"), states, possible={"a.md": (THIRD, NEW)})
    digests = tuple(sorted((THIRD.digest(), NEW.digest())))
    assert ledger.manifest.failed == (
        MissingHandout(TITLE, "a.md", "a.txt", digests),
        MissingHandout(TITLE, "b.md", "b.txt", (NEW.digest(),)),
    )
    assert set(ledger.manifest.disclaimers) == set(digests)


@pytest.mark.parametrize(
    ("row", "made", "states", "removed"),
    [
        (handout("gone"), {}, {"a": CURRENT}, True),
        (handout("gone"), {"full": False}, {"a": CURRENT}, False),
        (handout("gone", publication="Another"), {}, {"a": CURRENT}, False),
        (handout("a", file="a-wide.txt"), {}, {"a": CURRENT}, True),
        (handout("a", file="a-wide.txt"), {"full": False}, {"a": CURRENT}, False),
        (handout("a", file="a-wide.txt"), {}, {"a": REFUSED}, False),
        (handout("a"), {}, {"a": EXPIRED}, True),
        (handout("a"), {"full": False}, {"a": EXPIRED}, True),
        (handout("elsewhere"), {"is_shard": True}, {"a": CURRENT}, True),
        (handout("elsewhere"), {"is_shard": True, "full": False}, {"a": CURRENT}, True),
        (handout("elsewhere", publication="Another"), {"is_shard": True}, {"a": CURRENT}, False),
    ],
    ids=[
        "its article is gone",
        "its article is gone, and one edition was built",
        "it is another publication's",
        "its edition is gone",
        "its edition was not asked for",
        "its edition is gone, and its article failed",
        "its article has expired",
        "its article has expired, and one edition was built",
        "another shard has its article",
        "another shard has its article, and one edition was built",
        "another shard, and another publication's",
    ],
)
def test_which_files_go(row: Handout, made: dict[str, bool], states: dict[str, Standing], removed: bool) -> None:
    ledger = settle(manifest(row), plan(*states, **made), states)
    assert [one.file for one in ledger.removals] == ([row.file] if removed else [])
    assert (row.file in ledger.manifest.handouts) is not removed


def test_what_has_expired_is_kept_until_it_is_read_again_or_goes() -> None:
    old = manifest(
        expired=tuple(Expired(title, f"{name}.md", "2025-12-31") for title, name in (("Another", "a"), (TITLE, "a"), (TITLE, "x")))
    )
    kept = settle(old, plan("a"), {"a": CURRENT}).manifest.expired
    assert kept == (Expired("Another", "a.md", "2025-12-31"),)
    unread = settle(old, plan("a"), {"a": UNREADABLE}).manifest.expired
    assert unread == (Expired("Another", "a.md", "2025-12-31"), Expired(TITLE, "a.md", "2025-12-31"))
    alone = settle(old, plan("a", full=False, whole=False), {"a": EXPIRED}).manifest.expired
    assert alone == (Expired("Another", "a.md", "2025-12-31"), Expired(TITLE, "x.md", "2025-12-31"), Expired(TITLE, "a.md", "2026-01-31"))


def test_an_expired_article_is_not_missing() -> None:
    ledger = settle(manifest(handout("a")), plan("a"), {"a": EXPIRED})
    assert (ledger.manifest.failed, ledger.manifest.handouts) == ((), {})
    assert ledger.manifest.articles == (record("a"),)


def test_what_was_missing_and_was_not_asked_for_is_missing_still() -> None:
    failed = tuple(
        MissingHandout(title, f"{name}.md", f"{name}.pdf", ()) for title, name in ((TITLE, "a"), ("Another", "a"), (TITLE, "gone"))
    )
    old = manifest(failed=failed)
    result = {"a": Built(handout("a"), OLD)}
    assert settle(old, plan("a", full=False), {"a": CURRENT}, result).manifest.failed == failed[:2]
    assert settle(old, plan("a"), {"a": CURRENT}, result).manifest.failed == failed[1:2]
    assert settle(old, plan("a", full=False, whole=False), {"a": CURRENT}, result).manifest.failed == failed


def test_a_run_that_was_interrupted_vouches_for_what_it_has_seen_and_for_that_alone() -> None:
    failed = (MissingHandout(TITLE, "b.md", "b.txt", ()), MissingHandout(TITLE, "a.md", "a.txt", ()))
    old = manifest(handout("gone"), handout("c"), failed=failed)
    new = handout("a", disclaimer=NEW.digest())
    ledger = settle(old, plan("a", "b", "c"), {"a": CURRENT, "b": UNREADABLE}, {"a": Built(new, NEW)}, complete=False)
    assert ledger.manifest.handouts == {"gone.txt": handout("gone"), "c.txt": handout("c"), "a.txt": new}
    assert ledger.removals == ()
    assert ledger.manifest.failed == failed[:1]
    assert [row.file for row in ledger.rows] == ["a.txt"]

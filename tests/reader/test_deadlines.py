"""Deadlines of articles and disclaimers: told of ahead, called overdue, never in a handout's bytes."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, Handbill, publication, write
from handbill.reader.deadlines import Deadline, deadline_findings, expiry

DAY = datetime.date(2027, 5, 22)


def dated(**days: str) -> str:
    """Return an article with these keys in its front matter."""
    lines = "".join(f"{key.replace('_', '-')}: {day}\n" for key, day in days.items())
    return ARTICLE.replace("---\n", f"---\n{lines}", 1)


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2027-04-21", []),
        ("2027-04-22", ["note[review-due]: the review of the article is due by 2027-05-22, in 30 days"]),
        ("2027-05-21", ["note[review-due]: the review of the article is due by 2027-05-22, in 1 day"]),
        ("2027-05-22", ["note[review-due]: the review of the article is due by 2027-05-22, today"]),
        ("2027-05-23", ["warning[review-overdue]: the review of the article was due by 2027-05-22, 1 day ago"]),
    ],
)
def test_a_review_is_told_of_ahead_and_is_overdue_from_the_next_day(today: str, said: list[str]) -> None:
    deadline = Deadline("review-by", "article", DAY, "a.md", 2, 1)
    found = deadline_findings([deadline], datetime.date.fromisoformat(today), 30)
    assert [str(one).split("\n")[0] for one in found] == [f"a.md:2:1: {text}" for text in said]
    assert all(one.hint for one in found)


def test_an_expiry_is_told_of_ahead_and_the_first_one_counts() -> None:
    deadlines = [Deadline("expires", "disclaimer", DAY, "d.md", 3, 1), Deadline("expires", "article", DAY.replace(day=20), "a.md", 2, 1)]
    found = deadline_findings(deadlines, DAY, 30)
    assert [str(one).split("\n")[0] for one in found] == [
        "d.md:3:1: note[expires-soon]: the disclaimer is good until 2027-05-22, today: after that day it has no handouts"
    ]
    assert expiry(deadlines) == DAY.replace(day=20)
    assert expiry([]) is None


def test_one_overdue_article_does_not_stop_the_others(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": dated(review_by="2027-05-22"), "b.md": dated(review_by="2030-01-01")})
    before = handbill.inside("build", "-t", "text", "--today", "2027-04-30")
    assert "source/a.md:2:1: note[review-due]: the review of the article is due by 2027-05-22, in 22 days" in before.err
    assert "b.md" not in before.err.replace("b.txt", "")
    after = handbill.inside("build", "-t", "text", "--today", "2027-06-01")
    assert "source/a.md:2:1: warning[review-overdue]" in after.err
    strict = handbill.inside("build", "-t", "text", "--today", "2027-06-01", "--strict", "--force", code=3)
    assert "source/a.md:2:1: error[review-overdue]: the review of the article was due by 2027-05-22, 10 days ago" in strict.err
    assert {name: row["stale"] for name, row in handbill.rows().items()} == {"a.txt": True, "b.txt": False}
    assert "error[review-overdue]" in handbill.inside("check", "--today", "2027-06-01", "--strict", code=3).err


def test_an_overdue_disclaimer_is_told_once_for_all_that_carry_it(handbill: Handbill, tmp_path: Path) -> None:
    disclaimer = DISCLAIMER.replace("title:", "review-by: 2027-05-22\ntitle:")
    publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE}, disclaimer=disclaimer)
    done = handbill.inside("check", "--today", "2027-06-01")
    assert done.err.count("warning[review-overdue]: the review of the disclaimer was due by 2027-05-22") == 1
    assert "source/disclaimers/general.md:2:1" in done.err


def test_how_long_ahead_is_a_setting(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings="remind-days = 60\n", articles={"a.md": dated(review_by="2027-05-22", expires="2027-05-30")})
    told = handbill.inside("check", "--today", "2027-04-01").err
    assert "note[review-due]" in told
    assert "note[expires-soon]" in told
    settings = (source / "publication.toml").read_text()
    write(source / "publication.toml", settings.replace("60", "0"))
    assert handbill.inside("check", "--today", "2027-04-01").err == ""
    assert handbill.inside("check", "-q", "--today", "2027-05-22").err == ""


def test_what_has_expired_is_told_without_being_asked_and_is_no_error_of_a_strict_build(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": dated(review_by="2027-05-22", expires="2027-05-30"), "b.md": ARTICLE})
    done = handbill.inside("build", "-t", "text", "--strict", "--today", "2027-06-01")
    assert "note[expired]" in done.err
    assert "review-overdue" not in done.err
    assert handbill.files() == ["b.txt", "manifest.json"]


def test_the_day_is_not_in_a_handouts_bytes(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": dated(review_by="2099-01-01")})
    digests = []
    for day in ("1981-02-03", "2098-12-31"):
        handbill.inside("build", "-o", day, "--today", day, "-q")
        digests.append({file.name: file.read_bytes() for file in sorted((tmp_path / day).glob("a*"))})
    assert digests[0] == digests[1]
    assert len(digests[0]) == 3


def test_a_day_that_is_none_is_a_matter_of_usage(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    assert "--today" in handbill.inside("check", "--today", "tomorrow", code=2).err

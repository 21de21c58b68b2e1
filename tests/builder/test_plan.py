"""What is to be built: handouts whose names are free, at a time that only the source states."""

from __future__ import annotations

import dataclasses
import datetime
import types
from pathlib import Path
from typing import Any

import pytest

from handbill.builder.plan import Edition, handout_name, refuse_collisions, timestamp_of
from handbill.diagnostics.errors import ConfigurationError, UsageError
from handbill.publication.discovery import ArticlePath, OpenedPublication
from handbill.publication.settings import Publication


def edition(name: str, suffix: str) -> Edition:
    exporter: Any = types.SimpleNamespace(name="own", suffix=suffix)
    return Edition(name, exporter, None)


def place(root: Path, *paths: str) -> OpenedPublication:
    return OpenedPublication(root, Publication(), tuple(ArticlePath(path, path.removesuffix(".md"), "") for path in paths), whole=True)


def test_a_handouts_name_says_edition_and_language_where_there_are() -> None:
    article = ArticlePath("sub/a.md", "sub/a", "")
    assert handout_name(article, edition("own", ".x")) == "sub/a.x"
    assert handout_name(article, edition("big", ".x")) == "sub/a-big.x"
    assert handout_name(dataclasses.replace(article, language="pt-BR"), edition("big", ".x")) == "sub/a-big.pt-BR.x"


def test_an_article_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"own of a\.md would be called .*a\.md, and that is another file"):
        refuse_collisions(place(tmp_path, "a.md"), [edition("own", ".md")], tmp_path)
    refuse_collisions(place(tmp_path, "a.md"), [edition("own", ".md")], tmp_path / "build")


def test_the_manifest_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"manifest\.json"):
        refuse_collisions(place(tmp_path, "manifest.md"), [edition("own", ".json")], tmp_path / "build")


def timestamp(environment: dict[str, str], **dates: datetime.date) -> datetime.datetime:
    stated = {"date": None, "reviewed": None, "facts_as_of": None, "review_by": datetime.date(2030, 1, 1)} | dates
    article: Any = types.SimpleNamespace(metadata=types.SimpleNamespace(**stated))
    return timestamp_of(article, environment)


def test_the_time_is_the_newest_that_the_article_states_of_its_past() -> None:
    utc = datetime.UTC
    assert timestamp({}) == datetime.datetime(1980, 1, 1, tzinfo=utc)
    dates = {"date": datetime.date(2026, 1, 1), "reviewed": datetime.date(2026, 3, 1), "facts_as_of": datetime.date(2026, 2, 1)}
    assert timestamp({}, **dates) == datetime.datetime(2026, 3, 1, tzinfo=utc)
    assert timestamp({}, reviewed=datetime.date(1, 1, 1)) == datetime.datetime(1980, 1, 1, tzinfo=utc)
    assert timestamp({"SOURCE_DATE_EPOCH": "0"}, **dates) == datetime.datetime(1970, 1, 1, tzinfo=utc)


@pytest.mark.parametrize("epoch", ["soon", "1e9", "9" * 30, "-" + "9" * 30, "-1"])
def test_a_time_that_is_none_is_a_usage_error(epoch: str) -> None:
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is a number of seconds"):
        timestamp({"SOURCE_DATE_EPOCH": epoch})

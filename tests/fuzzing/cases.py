"""Strategies for whole inputs: the files of a publication."""

from __future__ import annotations

from hypothesis import strategies as st

from fuzzing.invariants import Case
from fuzzing.known_words import KnownWords, known_articles
from fuzzing.markdown import articles
from fuzzing.settings import disclaimers, front_matter, publication_tomls

__all__ = ["cases"]


def _article_case(head: str, body: bytes) -> Case:
    return Case({"article.md": head.encode("utf-8", "surrogatepass") + body})


def _known_article_case(article: KnownWords) -> Case:
    return Case({"article.md": article.text.encode()}, article)


def _settings_case(toml: bytes, disclaimer: bytes, head: str, body: bytes, which: str) -> Case:
    files = {"article.md": b"# Title\n\nText.\n"}
    if which != "disclaimer":
        files["publication.toml"] = toml
    if which != "settings":
        files["disclaimers/general.md"] = disclaimer
    if which == "all":
        files["article.md"] = head.encode("utf-8", "surrogatepass") + body
    return Case(files)


def cases() -> st.SearchStrategy[Case]:
    """Return a strategy for publications: mostly of random articles, some of articles whose words are known, some of random settings."""
    article = st.builds(_article_case, st.one_of(st.just(""), st.just(""), front_matter()), articles())
    known = known_articles().map(_known_article_case)
    settings = st.builds(
        _settings_case, publication_tomls(), disclaimers(), front_matter(), articles(), st.sampled_from(("settings", "disclaimer", "all"))
    )
    return st.one_of(article, article, article, article, known, known, settings)

"""Strategies for whole inputs: what is put into a publication's folder."""

from __future__ import annotations

from hypothesis import strategies as st

from fuzzing.composed import Composed, composed
from fuzzing.holding import Case
from fuzzing.markdown import articles
from fuzzing.settings import disclaimers, front_matter, publication_tomls

__all__ = ["cases"]


def _of_article(head: str, body: bytes) -> Case:
    return Case({"article.md": head.encode("utf-8", "surrogatepass") + body})


def _of_composed(article: Composed) -> Case:
    return Case({"article.md": article.text.encode()}, article)


def _of_settings(toml: bytes, disclaimer: bytes, head: str, body: bytes, which: str) -> Case:
    files = {"article.md": b"# Title\n\nText.\n"}
    if which != "disclaimer":
        files["publication.toml"] = toml
    if which != "settings":
        files["disclaimers/general.md"] = disclaimer
    if which == "all":
        files["article.md"] = head.encode("utf-8", "surrogatepass") + body
    return Case(files)


def cases() -> st.SearchStrategy[Case]:
    """Return publications: mostly made-up articles, some of them of known words, and some made-up settings and disclaimers."""
    article = st.builds(_of_article, st.one_of(st.just(""), st.just(""), front_matter()), articles())
    known = composed().map(_of_composed)
    settings = st.builds(
        _of_settings, publication_tomls(), disclaimers(), front_matter(), articles(), st.sampled_from(("settings", "disclaimer", "all"))
    )
    return st.one_of(article, article, article, article, known, known, settings)

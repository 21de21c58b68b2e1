"""Strategies for front matter, publication.toml and disclaimers: valid and invalid keys and values, broken syntax, random bytes."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from fuzzing.markdown import inlines, words
from handbill.publication.settings import SETTINGS
from handbill.reader.metadata import ARTICLE_KEYS, DISCLAIMER_KEYS

__all__ = ["disclaimers", "front_matter", "publication_tomls"]

DATES = (
    "2026-01-31",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "2026-1-5",
    "yesterday",
    "2026-01-31T10:00:00Z",
    "１２３４-01-01",
    "2020-01-01",
)
TAGS = ("en", "es", "pt-BR", "ar", "he", "zh-Hant", "x", "no", "de-DE-1996", "EN", "??", "und", "en_GB", "qaa-Arab")
OTHERS = ("layout", "draft", "x", "disclaimers", "Disclaimer", "", "a b", "title ", "2026", "<<", "toc")
# Options of the three exporters that are likely to conflict, and one that does not exist.
OPTIONS = ("font-size", "page-size", "notes", "contents", "justify", "profile", "width", "ascii", "split", "contents-depth", "nonsense")
VALUES = (
    '"18pt"',
    '"A4"',
    '"end"',
    "40",
    "0",
    "-1",
    "1e9",
    "nan",
    "true",
    "false",
    '""',
    '"x"',
    "[]",
    '["a"]',
    "2026-01-01",
    "{a = 1}",
    '"\\u0000"',
)


def _scalar() -> st.SearchStrategy[str]:
    return st.one_of(st.sampled_from(DATES), st.sampled_from(TAGS), words, inlines())


def _yaml_value() -> st.SearchStrategy[str]:
    text = _scalar()
    one_line = text.map(lambda value: " ".join(value.splitlines()))
    return st.one_of(
        one_line,
        text.map(lambda value: json.dumps(value, ensure_ascii=False)),
        text.map(lambda value: "'" + value.replace("'", "''") + "'"),
        text.map(lambda value: "|\n" + "\n".join(f"  {line}" for line in value.split("\n"))),
        st.lists(one_line, max_size=3).map(lambda items: "".join(f"\n- {item}" for item in items)),
        st.lists(one_line, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.builds("\n  {}: {}".format, st.sampled_from(("name", "x", "")), one_line),
        st.sampled_from(
            (
                "",
                "~",
                "null",
                "&a x",
                "*a",
                "&a [*a]",
                "!!python/object:os.system x",
                "!x y",
                "{",
                "[",
                "? x",
                "- ",
                "1.10",
                "0x10",
                "@",
                "%",
            )
        ),
    )


def front_matter() -> st.SearchStrategy[str]:
    """Return a strategy for front matter in YAML or TOML, well-formed or broken, often empty."""
    key = st.one_of(st.sampled_from(sorted(ARTICLE_KEYS)), st.sampled_from(sorted(ARTICLE_KEYS)), st.sampled_from(OTHERS))
    lines = st.lists(st.builds("{}: {}".format, key, _yaml_value()), max_size=4).map("\n".join)
    tomls = st.lists(st.builds("{} = {}".format, key, _toml_value()), max_size=4).map("\n".join)
    opening, closing = st.sampled_from(("---", "---", "--- ", "+++")), st.sampled_from(("---", "---", "...", "+++", "", "--"))
    return st.one_of(
        st.just(""),
        st.builds("---\n{}\n---\n".format, lines),
        st.builds("+++\n{}\n+++\n".format, tomls),
        st.builds("{}\n{}\n{}\n".format, opening, st.one_of(lines, tomls, st.text(max_size=30)), closing),
    )


def _toml_value() -> st.SearchStrategy[str]:
    return st.one_of(
        _scalar().map(lambda text: json.dumps(text)),
        _scalar().map(lambda text: f"'''{text}'''"),
        st.sampled_from(VALUES),
        st.sampled_from(DATES),
        st.sampled_from(("", '"', '"""', "[", "{", "'", "0x", "1_0", "+inf")),
    )


def publication_tomls() -> st.SearchStrategy[bytes]:
    """Return a strategy for the bytes of publication.toml: valid, with an invalid key or value, or no TOML."""
    sound = 'title = "Tests"\nlanguage = "en"\ndisclaimer = "general"\n'
    pair = st.builds(
        "{} = {}\n".format,
        st.sampled_from((*sorted(SETTINGS), "x", "a.b", '"a b"')),
        st.one_of(_toml_value(), st.sampled_from(('"front"', '"figures/theme.css"'))),
    )
    name = st.sampled_from(("pdf", "epub", "text", "large-print", "x", "a b", '"."', "-", "e.x", '"ü"'))
    exporter = st.sampled_from(
        ('exporter = "text"\n', 'exporter = "epub"\n', 'exporter = "none"\n', "exporter = 1\n", "enabled = false\n", "")
    )
    option = st.builds("{} = {}\n".format, st.sampled_from(OPTIONS), st.sampled_from(VALUES))
    edition = st.builds("[editions.{}]\n{}{}".format, name, exporter, st.lists(option, max_size=2, unique=True).map("".join))
    settings = st.builds(
        "{}{}{}".format, st.just(sound), st.lists(pair, max_size=2).map("".join), st.lists(edition, max_size=2).map("".join)
    )
    return st.one_of(
        settings.map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.builds("{}{}".format, st.lists(pair, max_size=4).map("".join), edition).map(lambda text: text.encode("utf-8", "surrogatepass")),
        st.one_of(st.binary(max_size=40), st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))),
    )


def disclaimers() -> st.SearchStrategy[bytes]:
    """Return a strategy for the bytes of a disclaimer, with content that is allowed or not."""
    key = st.sampled_from(sorted(DISCLAIMER_KEYS))
    head = st.lists(st.builds("{}: {}".format, key, _yaml_value()), max_size=3).map("\n".join)
    block = st.one_of(
        inlines(),
        inlines().map(lambda text: f"## {text}"),
        st.lists(inlines(), min_size=1, max_size=3).map(lambda items: "\n".join(f"- {one}" for one in items)),
    )
    body = st.lists(block, min_size=1, max_size=3).map("\n\n".join)
    return st.builds("---\ntitle: Disclaimer\n{}\n---\n\n{}\n".format, head, body).map(lambda text: text.encode("utf-8", "surrogatepass"))

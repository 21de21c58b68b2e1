"""Which files of a publication are articles, and which are translations."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles import write
from handbill.diagnostics.errors import SourceError
from handbill.publication.discovery import ArticlePath, article_path, article_paths


def test_articles_are_the_markdown_files_but_for_a_few(tmp_path: Path) -> None:
    names = ("b.md", "a.md", "part/c.md", "README.md", "part/readme.md", "_draft.md", ".hidden.md", "_parts/x.md", ".git/y.md", "notes.txt")
    root = write(tmp_path, dict.fromkeys(names, "# T\n"))
    assert [article.path for article in article_paths(root)] == ["a.md", "b.md", "part/c.md"]


def test_a_translation_stands_beside_what_it_translates(tmp_path: Path) -> None:
    names = ("a.md", "a.es.md", "a.zh-Hant.md", "b.es.md", "v1.2.md", "c.md", "c.final draft.md", "part/a.md", "part/a.de.md")
    root = write(tmp_path, dict.fromkeys(names, "# T\n"))
    assert article_paths(root) == [
        ArticlePath("a.es.md", "a", "es"),
        ArticlePath("a.md", "a", ""),
        ArticlePath("a.zh-Hant.md", "a", "zh-Hant"),
        ArticlePath("b.es.md", "b.es", ""),
        ArticlePath("c.final draft.md", "c.final draft", ""),
        ArticlePath("c.md", "c", ""),
        ArticlePath("part/a.de.md", "part/a", "de"),
        ArticlePath("part/a.md", "part/a", ""),
        ArticlePath("v1.2.md", "v1.2", ""),
    ]


def test_a_link_to_an_article_outside_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n")
    root = write(tmp_path / "publication", {"a.md": "# T\n"})
    (root / "linked.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(SourceError, match=r"linked\.md: error\[outside\]"):
        article_paths(root)


def test_a_linked_folder_is_not_gone_into(tmp_path: Path) -> None:
    write(tmp_path / "elsewhere", {"x.md": "# X\n"})
    root = write(tmp_path / "publication", {"a.md": "# T\n"})
    (root / "linked").symlink_to(tmp_path / "elsewhere")
    (root / "circle").symlink_to(root)
    assert [article.path for article in article_paths(root)] == ["a.md"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a\x07b", r"a\x07b"), ("a\nb", r"a\nb"), ("a\x1b[31m", r"a\x1b[31m"), ("a\udcff", r"a\udcff"), ("x\u2028/a", r"x\u2028/a")],
)
def test_a_name_that_no_line_can_hold_is_refused(tmp_path: Path, name: str, shown: str) -> None:
    root = write(tmp_path, {"a.md": "# T\n", f"{name}.md": "# T\n"})
    with pytest.raises(SourceError) as caught:
        article_paths(root)
    assert [str(found).split("]")[0] for found in caught.value.diagnostics] == [f"{shown}.md: error[unsafe-name"]
    with pytest.raises(SourceError, match="unsafe-name"):
        article_path(root, f"{name}.md")


@pytest.mark.parametrize("name", ["a b", 'it\'s "so"', "👩\u200d👩\u200d👧", "n" * 200, "50% #1?", "שלום", "e\u0301", "~", "a:b*<>|"])
def test_any_other_name_is_an_articles(tmp_path: Path, name: str) -> None:
    assert [found.base for found in article_paths(write(tmp_path, {f"{name}.md": "# T\n"}))] == [name]

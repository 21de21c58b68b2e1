"""An article's lines: where each comes from, includes put in place, and nothing read from outside the publication."""

from __future__ import annotations

from pathlib import Path

import pytest

from articles import outcome, write
from handbill.diagnostics.errors import HandbillError, SourceError
from handbill.manuscript.source_file import Line, read_source
from handbill.system.bounds import Bounds
from handbill.system.paths import path_inside


def test_an_include_is_put_in_place_with_its_indentation(tmp_path: Path) -> None:
    files = {
        "a.md": '---\ntitle: T\n---\n- item\n\n    --8<-- "parts/one.md"\nend',
        "parts/one.md": '---\nx: y\n---\none\n\n--8<-- "../two.md"\n',
        "two.md": "two\n",
    }
    source = read_source(write(tmp_path, files), "a.md")
    assert source.text() == "- item\n\n    one\n\n    two\nend\n"
    assert [(line.path, line.number) for line in source.lines] == [
        ("a.md", 4), ("a.md", 5), ("parts/one.md", 4), ("parts/one.md", 5), ("two.md", 1), ("a.md", 7),
    ]  # fmt: skip
    assert list(source.files) == ["a.md", "parts/one.md", "two.md"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (';--8<-- "two.md"', '--8<-- "two.md"'),
        ("--8<-- two.md", "--8<-- two.md"),
        ('text --8<-- "two.md"', 'text --8<-- "two.md"'),
        ('--8<-- "two.md" text', '--8<-- "two.md" text'),
        ("--8<-- 'two.md'", "two"),
        ('\t--8<-- "two.md"  ', "\ttwo"),
        ('--8<-- "./two.md"', "two"),
    ],
)
def test_what_an_include_looks_like(line: str, shown: str, tmp_path: Path) -> None:
    assert read_source(write(tmp_path, {"a.md": line, "two.md": "two"}), "a.md").text() == f"{shown}\n"


def test_an_include_of_an_empty_file_is_nothing(tmp_path: Path) -> None:
    files = {"a.md": 'a\n--8<-- "none.md"\n--8<-- "none.md"\nb', "none.md": ""}
    assert read_source(write(tmp_path, files), "a.md").text() == "a\nb\n"


def test_a_file_may_be_included_twice_but_not_in_a_circle(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": '--8<-- "b.md"\n--8<-- "b.md"\n', "b.md": "b\n", "c.md": '--8<-- "./x/../c.md"\n', "x/y": ""})
    assert read_source(root, "a.md").text() == "b\nb\n"
    with pytest.raises(SourceError, match=r"a circle of includes: c\.md → c\.md"):
        read_source(root, "c.md")


def test_includes_do_not_multiply_without_bound(tmp_path: Path) -> None:
    chain = {f"{n}.md": f'--8<-- "{n + 1}.md"\n' for n in range(12)} | {"12.md": "end\n"}
    with pytest.raises(SourceError, match="nested more than 10 deep"):
        read_source(write(tmp_path, chain), "0.md")
    bomb = {f"b{n}.md": f'--8<-- "b{n + 1}.md"\n' * 50 for n in range(6)} | {"b6.md": "x\n" * 50}
    with pytest.raises(SourceError, match=r"b6\.md:1:1: error\[over-bound\]: with its includes the article is too long"):
        read_source(write(tmp_path, bomb), "b0.md", Bounds(article_size=5_000))


def test_a_symbolic_link_to_the_outside_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("secret\n")
    root = write(tmp_path / "publication", {"a.md": 'x\n\n --8<-- "linked.md"\n', "b.md": '--8<-- "folder/secret.md"\n'})
    (root / "linked.md").symlink_to(tmp_path / "secret.md")
    (root / "folder").symlink_to(tmp_path)
    for name, place in (("a.md", "a.md:3:10"), ("b.md", "b.md:1:9")):
        with pytest.raises(SourceError, match=f"{place}: error\\[include\\]: the include leads outside the publication"):
            read_source(root, name)


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../x", "a\0b", "a\\..\\x", "x" * 5000])
def test_what_is_not_confined(name: str, tmp_path: Path) -> None:
    assert path_inside(tmp_path, name) is None


@pytest.mark.parametrize(("name", "inside"), [("a.md", "a.md"), ("a/../b.md", "b.md"), ("./c", "c"), ("é ü", "é ü")])
def test_what_is_confined(name: str, inside: str, tmp_path: Path) -> None:
    assert path_inside(tmp_path, name) == tmp_path.resolve() / inside


def test_a_place_is_found_outside_fenced_code_first(tmp_path: Path) -> None:
    text = "```\n[^a]\n```\n\n~~~~\n```\n[^a]\n~~~~\n\nsee é[^a] and [^a]\n\n[^a] again\n"
    source = read_source(write(tmp_path, {"a.md": text}), "a.md")
    assert [source.locate("[^a]", n) for n in range(4)] == [("a.md", 10, 6), ("a.md", 10, 15), ("a.md", 12, 1), ("a.md", 12, 1)]
    assert source.locate("```") == ("a.md", 1, 1)
    assert source.locate("nowhere") == ("a.md", None, None)
    assert source.locate("") == ("a.md", None, None)


def test_a_column_does_not_count_the_indentation_of_an_include(tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": '        --8<-- "b.md"\n', "b.md": "ab [^x]\n"})
    assert read_source(root, "a.md").locate("[^x]") == ("b.md", 1, 4)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_whatever_ends_them(end: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": end.join(["\ufeffone", "", "\ttwo\u2028x", ""]).encode()})
    assert read_source(root, "a.md").lines == (Line("one", "a.md", 1), Line("", "a.md", 2), Line("\ttwo\u2028x", "a.md", 3))


@pytest.mark.parametrize("name", ["gone.md", "folder.md", "a.md/b.md"])
def test_a_missing_file_is_told(name: str, tmp_path: Path) -> None:
    root = write(tmp_path, {"a.md": "x", "folder.md/x": ""})
    with pytest.raises(HandbillError, match=r"error\[missing-file\]: there is no such file"):
        read_source(root, name)


def test_what_is_wrong_in_an_included_file_is_told_there(tmp_path: Path) -> None:
    files = {"article.md": '# T\n\n> --8<-- "no.md"\n\n--8<-- "b.md"\n', "b.md": "---\nx: y\n---\n\n[dead](#gone) ![i](no.png)\n"}
    found = outcome(write(tmp_path, files))
    assert [message.split(" ")[0] for message in found.messages] == ["b.md:5:20:", "b.md:5:8:"]


def test_what_stands_as_a_character_reference_is_found_there(tmp_path: Path) -> None:
    text = "one &#128170;\ntwo &#x1F4AA;\nthree &#x01f4aa; &rarr;\n→?\n"
    source = read_source(write(tmp_path, {"a.md": text}), "a.md")
    assert [source.locate("💪", n) for n in range(3)] == [("a.md", 1, 5), ("a.md", 2, 5), ("a.md", 3, 7)]
    assert source.locate("→") == ("a.md", 4, 1)
    assert source.locate("🩺") == ("a.md", None, None)


def test_the_name_of_a_format_is_found_where_it_is_given(tmp_path: Path) -> None:
    source = read_source(write(tmp_path, {"a.md": "# T\n\nText.\n\n::: only epub pfd\nx\n:::\n"}), "a.md")
    assert source.locate("pfd") == ("a.md", 5, 15)


def test_front_matter_that_is_never_closed_is_told(tmp_path: Path) -> None:
    found = outcome(write(tmp_path, {"article.md": "---\ntitle: T\ndisclaimer: strict\n\n# T\n\nText.\n"}))
    assert "article.md:1:1: warning[unclosed-front-matter]: the front matter is never closed; it is read as text" in found.messages


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_a_byte_that_is_not_utf_8_has_the_place_that_editors_show(end: bytes, tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read_source(write(tmp_path, {"a.md": end.join([b"one", b"", b"\xc3\xa9 \xff"])}), "a.md")
    assert (caught.value.diagnostics[0].line, caught.value.diagnostics[0].column) == (3, 3)

"""What is wrong in a publication is told with its place and a hint; nothing else suffers for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from commandline import ARTICLE, DISCLAIMER, Done, Handbill, obeying_rights, publication, write

HEAD = "---\ntitle: T\n---\n\n"

ARTICLES = {
    "good.md": ARTICLE,
    "image.md": HEAD + "Text.\n\nSee ![a cat](figures/cat.png) here.\n",
    "note.md": HEAD + "Text with a note.[^gone]\n",
    "ids.md": HEAD + "## One {#same}\n\nText.\n\n## Two {#same}\n\nText.\n",
    "front.md": "---\ntitle: T\nkeywords: [unclosed\n---\n\nText.\n",
    "day.md": "---\ntitle: T\ndate: yesterday\n---\n\nText.\n",
    "none.md": "---\ntitle: T\ndisclaimer: none\n---\n\nText.\n",
    "other.md": "---\ntitle: T\ndisclaimer: genral\n---\n\nText.\n",
    "empty.md": HEAD,
    "include.md": HEAD + '--8<-- "../../etc/passwd"\n',
    "folder.md/inner.md": HEAD + "An article in a folder with an article's name.\n",
}

ERRORS = [
    "source/image.md:7:14: error[missing-image]: there is no such image in the publication: figures/cat.png",
    "source/note.md:5:18: error[undefined-note]: the footnote [^gone] is not defined",
    "source/ids.md:9:8: error[duplicate-id]: the id `same` is given twice",
    "source/front.md:3:20: error[front-matter]: the front matter is not YAML",
    "source/day.md:3:1: error[front-matter]: `date` is a date, not `yesterday`",
    "source/none.md:3:1: error[no-disclaimer]: every handout has a disclaimer; an article cannot go without",
    "source/other.md:3:1: error[no-disclaimer]: there is no disclaimer `genral`",
    "source/include.md:5:9: error[include]: the include leads outside the publication: ../../etc/passwd",
    "source/latin.md:5:4: error[not-utf-8]: the byte 0xe9 is not UTF-8",
]


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Handbill, Done]:
    """Return what a build says of a publication in which nearly every article has something wrong."""
    folder = tmp_path_factory.mktemp("bad")
    source = publication(folder, articles=ARTICLES)
    (source / "latin.md").write_bytes(HEAD.encode() + "caf\xe9\n".encode("latin-1"))
    (source / "dangling.md").symlink_to("gone-away.md")
    handbill = Handbill(folder)
    return handbill, handbill.inside("build", "-t", "text", code=3)


@pytest.mark.parametrize("message", ERRORS)
def test_an_error_has_its_place_and_a_hint(bad: tuple[Handbill, Done], message: str) -> None:
    lines = bad[1].err.splitlines()
    number = next((number for number, line in enumerate(lines) if line.startswith(message)), None)
    assert number is not None, bad[1].err
    assert lines[number + 1].startswith("    hint: ")


def test_an_empty_article_and_a_link_to_nothing_are_errors_of_their_own(bad: tuple[Handbill, Done]) -> None:
    assert "error[empty-article]: the article has no text" in bad[1].err
    assert "source/dangling.md: error[missing-file]" in bad[1].err


def test_one_failing_article_does_not_stop_the_others(bad: tuple[Handbill, Done]) -> None:
    handbill, done = bad
    assert handbill.files() == ["folder.md/inner.txt", "good.txt", "manifest.json"]
    assert "Traceback" not in done.err
    assert "image.txt            failed         no handout" in done.out
    assert not list(handbill.build.rglob("*.part"))
    handbill.inside("verify")


def test_unknown_keys_of_publication_toml_are_errors_all_at_once(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, settings='languag = "de"\npublisher = 3\n')
    done = handbill.inside("build", code=4)
    assert "source/publication.toml:4:1: error[setting]: there is no setting `languag`\n    hint: did you mean `language`?" in done.err
    assert "source/publication.toml:5:1: error[setting]: `publisher` is a text" in done.err
    assert not handbill.build.exists()
    write(source / "publication.toml", "title = \n")
    assert "source/publication.toml:1:9: error[toml]: Invalid value" in handbill.inside("build", code=4).err
    (source / "publication.toml").unlink()
    assert "source/publication.toml: error[no-publication]" in handbill.inside("build", code=4).err


def test_an_unknown_option_of_an_edition_is_an_error_with_the_nearest_name(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings='[editions.big]\nexporter = "pdf"\nfont-sise = "18pt"\n')
    message = (
        "source/publication.toml:6:1: error[setting]: the exporter `pdf` has no option `font-sise`\n    hint: did you mean `font-size`?"
    )
    assert message in handbill.inside("check", code=4).err


@pytest.mark.parametrize(
    ("disclaimer", "message"),
    [
        (None, "source/letter.md:1:1: error[no-disclaimer]: there is no disclaimer `general`: disclaimers/general.md is missing"),
        ("", "source/disclaimers/general.md:1:1: error[empty-disclaimer]: the disclaimer is empty"),
        ("---\ntitle: D\n---\n\n\n", "source/disclaimers/general.md:4:1: error[empty-disclaimer]: the disclaimer is empty"),
    ],
)
def test_a_disclaimer_deleted_or_emptied_stops_the_build(handbill: Handbill, tmp_path: Path, disclaimer: str | None, message: str) -> None:
    source = publication(tmp_path, disclaimer=disclaimer or "")
    if disclaimer is None:
        (source / "disclaimers/general.md").unlink()
    done = handbill.inside("build", code=3)
    assert message in done.err
    assert "hint: " in done.err
    assert handbill.files() == ["manifest.json"]


def test_the_publication_cannot_go_without_a_disclaimer(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path)
    write(source / "publication.toml", 'title = "T"\nlanguage = "en"\ndisclaimer = "none"\n')
    assert "source/publication.toml:3:1: error[no-disclaimer]: every handout has a disclaimer" in handbill.inside("build", code=4).err


WARNINGS = {
    "dead.md": (HEAD + "A [dead link](nowhere.md) here.\n", "dead.md:5:15: warning[dead-link]", "A dead link here."),
    "html.md": (HEAD + "An <b>open end.\n", "html.md:5:4: warning[unbalanced-html]", "An open end."),
    "blink.md": (HEAD + "An <blink>odd</blink> one.\n", "blink.md:5:4: warning[raw-html]", "An odd one."),
}


def test_what_a_reader_can_do_without_is_a_warning_and_an_error_under_strict(handbill: Handbill, tmp_path: Path) -> None:
    publication(
        tmp_path, articles={name: text for name, (text, _, _) in WARNINGS.items()} | {"tool.md": "---\nlayout: x\n---\n\n# T\n\nText.\n"}
    )
    done = handbill.inside("build", "-t", "text")
    for name, (_, message, text) in WARNINGS.items():
        assert f"source/{message}" in done.err
        assert text in (handbill.build / name).with_suffix(".txt").read_text()
    again = handbill.inside("build", "-t", "text")
    assert again.err == "".join(line for line in done.err.splitlines(keepends=True) if not line.startswith("["))
    strict = handbill.inside("build", "-t", "text", "--strict", code=3)
    for _, message, _ in WARNINGS.values():
        assert f"source/{message.replace('warning', 'error')}" in strict.err
    assert {name: row["stale"] for name, row in handbill.rows().items()} == {
        "blink.txt": True,
        "dead.txt": True,
        "html.txt": True,
        "tool.txt": False,
    }
    assert "other-front-matter" not in strict.err
    assert "source/tool.md:2:1: note[other-front-matter]" in handbill.inside("check", "-v").err


def test_quiet_prints_errors_alone(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"dead.md": WARNINGS["dead.md"][0], "image.md": ARTICLES["image.md"]})
    done = handbill.inside("build", "-t", "text", "-q", code=3)
    assert done.out == ""
    assert [line.split(": ")[1] for line in done.err.splitlines() if line[0] != " "] == ["error[missing-image]"]


def test_paths_are_as_the_users_folder_sees_them(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"chapter/image.md": HEAD + "![x](none.png)\n"})
    here = "chapter/image.md:5:6: error[missing-image]"
    assert f"\n{here}" in "\n" + Handbill(source)("check", ".", code=3).err
    assert f"\n{here}" in "\n" + Handbill(source)("check", "chapter/image.md", code=3).err
    assert "\nimage.md:5:6: error[missing-image]" in "\n" + Handbill(source / "chapter")("check", "image.md", code=3).err
    assert f"\n../{here}" in "\n" + Handbill(source / "disclaimers")("check", "../chapter/image.md", code=3).err
    assert f"\n{source}/{here}" in "\n" + handbill.inside("check", source, code=3).err


@pytest.mark.parametrize(
    ("argument", "message", "code"),
    [
        ("nosuch", "nosuch: error[missing-file]: there is no such file or folder", 3),
        ("x" * 300, "File name too long", 8),
        ("source/disclaimers/general.md", "source/disclaimers/general.md: error[no-article]: this is a disclaimer, not an article", 3),
        ("empty", "empty/publication.toml: error[no-publication]", 4),
        ("bare", "bare/publication.toml: error[no-article]: there is no article in this publication", 3),
    ],
)
def test_a_source_that_is_none_is_told_so(handbill: Handbill, tmp_path: Path, argument: str, message: str, code: int) -> None:
    publication(tmp_path)
    (tmp_path / "empty").mkdir()
    publication(tmp_path / "bare", articles={}).rename(tmp_path / "bare/source2")
    for file in (tmp_path / "bare/source2").iterdir():
        file.rename(tmp_path / "bare" / file.name)
    (tmp_path / "bare/source2").rmdir()
    done = handbill.inside("build", argument, code=code)
    assert message in done.err
    assert "Traceback" not in done.err
    assert not handbill.build.exists()


def test_what_may_not_be_read_is_the_machines_matter(handbill: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles={"a.md": ARTICLE, "b.md": ARTICLE, "shut/c.md": ARTICLE})
    (source / "a.md").chmod(0)
    done = handbill("build", "-t", "text", code=8, preexec_fn=obeying_rights)
    assert "source/a.md: error[unreadable]: cannot be read: Permission denied" in done.err
    assert handbill.files() == ["b.txt", "manifest.json", "shut/c.txt"]
    for shut in (source / "shut", source / "publication.toml", source):
        shut.chmod(0)
        done = handbill("build", "-t", "text", code=8, preexec_fn=obeying_rights)
        shut.chmod(0o700)
        assert f"{shut.relative_to(tmp_path)}" in done.err
        assert ": Permission denied" in done.err
        assert "Traceback" not in done.err
    (handbill.build / "b.txt").chmod(0)
    done = handbill("verify", code=8, preexec_fn=obeying_rights)
    assert "build/b.txt cannot be read: Permission denied" in done.err
    (handbill.build / "manifest.json").chmod(0)
    assert "build/manifest.json cannot be read: Permission denied" in handbill("verify", code=8, preexec_fn=obeying_rights).err


def test_a_disclaimer_of_the_command_line_is_placed_where_it_stands(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    write(tmp_path / "elsewhere/own.md", DISCLAIMER + "\n![x](y.png)\n")
    err = handbill.inside("build", "--disclaimer", "elsewhere/own.md", code=3).err
    assert "elsewhere/own.md:10:3: error[" in err
    assert "source/own.md" not in err

"""Bounds of publication.toml: its bytes, its nesting, its entries and its editions are refused at their place, and none of them is slow."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from articles import SETTINGS
from growth import assert_linear
from handbill.diagnostics.errors import ConfigurationError
from handbill.publication.parser import read_publication


def errors(folder: Path, text: str) -> list[str]:
    (folder / "publication.toml").write_text(SETTINGS + text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        read_publication(folder)
    return [str(found) for found in caught.value.diagnostics]


def editions(count: int) -> str:
    return "".join(f'[editions.e{number}]\nexporter = "text"\n' for number in range(count))


def a_list(length: int) -> str:
    return f"[{'&a&, ' * length}]".replace("&", '"')


OVER = {
    "bytes": ("# " + "x" * 1_000_000, "publication.toml: error[over-bound]: the file is too large", "the bound is 1,000,000"),
    "brackets": ("x = " + "[" * 11, "publication.toml:4:15: error[over-bound]: this is nested more than 10 deep", "the bound is 10;"),
    "names of a key": (
        f"{'a.' * 10}a = 1",
        "publication.toml:4:1: error[over-bound]: this is nested more than 10 deep",
        "the bound is 10;",
    ),
    "names of a key after quotation marks that end a text": (
        f"x = '''a''''\n{'a.' * 10}a = 1",
        "publication.toml:5:1: error[over-bound]: this is nested more than 10 deep",
        "the bound is 10;",
    ),
    "names of a table": (f"[{'a.' * 10}a]", "publication.toml:4:2: error[over-bound]: this is nested more", "no setting allows more"),
    "items of a list": (
        f"[claims]\ndiseases = {a_list(10_001)}",
        "publication.toml:5:1: error[over-bound]: `diseases` has 10,001 entries",
        "the bound is 10,000; no setting",
    ),
    "keys of a table": (
        "[checks]\n" + "".join(f"k{number} = 1\n" for number in range(10_001)),
        "publication.toml:4:2: error[over-bound]: `checks` has 10,001 entries",
        "the bound is 10,000; no setting",
    ),
    "editions": (
        editions(101),
        "publication.toml:204:2: error[over-bound]: the publication has 101 editions",
        "the bound is 100; `editions` in [bounds] of publication.toml is at most 1,000",
    ),
    "editions by a bound of the file": (
        f"{editions(3)}[bounds]\neditions = 2\n",
        "publication.toml:8:2: error[over-bound]: the publication has 3 editions",
        "the bound is 2; `editions` in [bounds]",
    ),
}


@pytest.mark.parametrize(("text", "message", "hint"), OVER.values(), ids=OVER)
def test_settings_over_a_bound_are_refused_at_their_place(text: str, message: str, hint: str, tmp_path: Path) -> None:
    (found,) = errors(tmp_path, text)
    assert found.startswith(message)
    assert hint in found


def test_settings_within_the_bounds_are_read(tmp_path: Path) -> None:
    text = f"{editions(101)}[bounds]\neditions = 101\n[claims]\ndiseases = {a_list(10_000)}\n"
    (tmp_path / "publication.toml").write_text(SETTINGS + text, encoding="utf-8")
    found = read_publication(tmp_path)
    assert len(found.editions) == 3 + 101
    assert len(found.claims.diseases) == 10_000


def test_brackets_and_dots_in_texts_and_comments_are_no_nesting(tmp_path: Path) -> None:
    signs = "[" * 20 + "a." * 20
    text = f'publisher = "{signs}" # {signs}\ncontact = \'\'\'{signs}\'\'\'\nrights = """{signs}"""\n'
    (tmp_path / "publication.toml").write_text(SETTINGS + text, encoding="utf-8")
    assert read_publication(tmp_path).publisher == signs


NUMBERS = {
    "a number of too many digits": (f"x = {'1' * 5000}", "publication.toml:1:1: error[toml]: Exceeds the limit"),
    "too many days": (f"remind-days = 0x{'f' * 5000}", "publication.toml:4:1: error[setting]: `remind-days` is at most 999,999,999 days"),
    "too large a grade": (f"[plain-language]\ngrade = {'9' * 4000}", "publication.toml:5:1: error[setting]: `grade` is too large a number"),
}


@pytest.mark.parametrize(("text", "message"), NUMBERS.values(), ids=NUMBERS)
def test_a_number_beyond_all_measure_is_an_error_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    assert errors(tmp_path, text)[0].startswith(message)


def unknown_editions(count: int) -> str:
    return "".join(f"[editions.e{number}]\nexporter = 1\n" for number in range(count))


SLOW = {
    "editions": lambda count: f"{editions(count)}[bounds]\neditions = 1000\n",
    "editions that are wrong": lambda count: f"{unknown_editions(count)}[bounds]\neditions = 1000\n",
    "unknown keys": lambda count: "".join(f"unknown{number} = 1\n" for number in range(count * 10)),
    "lines": lambda count: "# \n" * count * 200,
    "names of keys": lambda count: "a." * count * 400 + "a = 1",
}


@pytest.mark.parametrize("kind", SLOW)
def test_the_time_for_settings_grows_with_their_length(kind: str, tmp_path: Path) -> None:
    def read(length: int) -> None:
        (tmp_path / "publication.toml").write_text(SETTINGS + SLOW[kind](length), encoding="utf-8")
        with contextlib.suppress(ConfigurationError):
            read_publication(tmp_path)

    assert_linear(read, 240)

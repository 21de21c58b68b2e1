"""publication.toml and editions' options: typed, checked as a whole, and described by a schema that says the same."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from articles import SETTINGS
from handbill.contract import Page, Run
from handbill.diagnostics.diagnostic import suggestion
from handbill.diagnostics.errors import ConfigurationError
from handbill.document import Document
from handbill.publication.assets.theme_settings import ThemeSettings
from handbill.publication.options import edition_options, toml_value
from handbill.publication.parser import read_publication
from handbill.publication.schema import schema
from handbill.publication.setting_declarations import Declaration, declarations, setting
from handbill.publication.settings import BUILT_IN_EXPORTERS, EditionSettings, OptionOverride, Publication


def parse_publication(root: Path, text: str) -> Publication:
    (root / "publication.toml").write_text(text, encoding="utf-8")
    return read_publication(root)


def setting_errors(root: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_publication(root, text)
    return [str(found).split("\n")[0] for found in caught.value.diagnostics]


@dataclass(frozen=True, slots=True)
class Options:
    font_size: str = field(default="11pt", metadata={"help": "The size of the text."})
    columns: int = field(default=72, metadata={"help": "The width."})
    scale: float = field(default=1.0, metadata={"help": "A factor."})
    ascii: bool = field(default=False, metadata={"help": "Whether to write ASCII alone."})
    notes: Literal["page", "end"] = field(default="page", metadata={"help": "Where the notes stand."})
    fonts: tuple[str, ...] = field(default=(), metadata={"help": "Families."})

    def __post_init__(self) -> None:
        if self.columns < 20:
            raise ValueError(f"`columns` is at least 20, not {self.columns}")


@dataclass(frozen=True, slots=True)
class Fake:
    name: str = "fake"
    suffix: str = ".fake"
    media_type: str = "application/x-fake"
    options_type: type[Options] = Options

    def export(self, document: Document, options: Options, run: Run) -> bytes:
        return b""

    def pages(self, handout: bytes) -> Sequence[Page]:
        return ()


def fake_options(written_there: dict[str, Any], *settings: OptionOverride) -> Options:
    places = dict.fromkeys(written_there, (7, 1)) | {"": (6, 2)}
    found = edition_options(Fake(), EditionSettings("mine", "fake", written_there, places), settings)
    assert isinstance(found, Options)
    return found


def option_errors(written_there: dict[str, Any], *settings: OptionOverride) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        fake_options(written_there, *settings)
    return [str(found) for found in caught.value.diagnostics]


def test_the_three_required_settings_are_enough(tmp_path: Path) -> None:
    found = parse_publication(tmp_path, SETTINGS)
    assert found == Publication(title="T", language="en", disclaimer="general")
    assert [edition.name for edition in found.editions] == list(BUILT_IN_EXPORTERS)


def test_everything_that_can_be_set(tmp_path: Path) -> None:
    more = 'disclaimer-position = "front"\npublisher = "P"\ncontact = "c@d.e"\nrights = "CC0"\n'
    found = parse_publication(tmp_path, "\ufeff" + (SETTINGS + more).replace("\n", "\r\n"))
    assert (found.disclaimer_position, found.publisher, found.contact, found.rights) == ("front", "P", "c@d.e", "CC0")


def test_editions_beside_the_default_ones(tmp_path: Path) -> None:
    more = '[editions.large-print]\nexporter = "pdf"\nfont-size = "18pt"\n\n[editions.epub]\nenabled = false\n\n[editions.html]\n'
    found = {edition.name: edition for edition in parse_publication(tmp_path, SETTINGS + more).editions}
    assert list(found) == ["pdf", "text", "large-print", "html"]
    assert (found["large-print"].exporter, found["large-print"].options) == ("pdf", {"font-size": "18pt"})
    assert found["large-print"].places == {"": (4, 2), "exporter": (5, 1), "font-size": (6, 1)}
    assert found["html"].exporter == "html"


def test_a_folder_without_the_file_is_no_publication(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"publication\.toml: error\[no-publication\]"):
        read_publication(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[editions]\npdf = 1\n", "publication.toml:5:1: error[setting]: an edition is a table"),
        ("[editions.pdf]\nexporter = 'text'\n", "publication.toml:5:1: error[setting]: the edition `pdf` is the exporter's own"),
        ("colour = 'red' # x\n", "publication.toml:4:1: error[setting]: there is no setting `colour`"),
        ("# über\n'publischer' = 'x'\n", "publication.toml:5:1: error[setting]: there is no setting `publischer`"),
        ('contact = """\nx\n"""\nrihgts = "y"\n', "publication.toml:7:1: error[setting]: there is no setting `rihgts`"),
        ("x = [\n 1,\n", "publication.toml:5:4: error[toml]: Invalid value"),
        ("title = 'again'\n", "publication.toml:4:16: error[toml]: Cannot overwrite a value"),
        ('contact = "\\u0000"\n', "publication.toml:4:1: error[setting]: U+0000 in `contact` is no character of a text"),
        ("x = " + "[" * 2000 + "\n", "publication.toml:4:15: error[over-bound]: this is nested more than 10 deep"),
    ],
)
def test_each_error_has_its_place(text: str, message: str, tmp_path: Path) -> None:
    assert setting_errors(tmp_path, SETTINGS + text)[-1] == message


def test_options_are_typed_by_the_exporter() -> None:
    there = {"font-size": "18pt", "columns": 60, "scale": 2, "ascii": True, "notes": "end", "fonts": ["A", "B"]}
    assert fake_options(there) == Options("18pt", 60, 2.0, True, "end", ("A", "B"))
    assert isinstance(fake_options(there).scale, float)
    assert fake_options({}) == Options()


def test_the_command_line_wins_over_the_file() -> None:
    typed = [
        OptionOverride("mine", key, value)
        for key, value in (("columns", "50"), ("scale", "1.5"), ("ascii", "true"), ("fonts", "A, B"), ("notes", "end"))
    ]
    assert fake_options({"columns": 60}, *typed, OptionOverride("other", "columns", "30")) == Options(
        "11pt", 50, 1.5, True, "end", ("A", "B")
    )


@pytest.mark.parametrize(
    ("there", "message"),
    [
        ({"columns": "60"}, "`columns` is a whole number, not '60'\n    hint: its default is 72"),
        ({"columns": 60.5}, "`columns` is a whole number, not 60.5\n    hint: its default is 72"),
        ({"columns": True}, "`columns` is a whole number, not True\n    hint: its default is 72"),
        ({"scale": "2"}, "`scale` is a number, not '2'\n    hint: its default is 1.0"),
        ({"ascii": "yes"}, "`ascii` is true or false, not 'yes'\n    hint: its default is false"),
        ({"ascii": 1}, "`ascii` is true or false, not 1\n    hint: its default is false"),
        ({"notes": "side"}, '`notes` is "page" or "end", not \'side\'\n    hint: its default is "page"'),
        ({"fonts": "A"}, "`fonts` is a list of texts\n    hint: its default is []"),
        ({"fonts": [1]}, "`fonts` is a list of texts\n    hint: its default is []"),
        ({"font-size": 18}, '`font-size` is a text, in quotes, not 18\n    hint: its default is "11pt"'),
        ({"columns": 10}, "`columns` is at least 20, not 10\n    hint: handbill exporters lists the options"),
        ({"font_size": "1pt"}, "the exporter `fake` has no option `font_size`\n    hint: did you mean `font-size`?"),
    ],
)
def test_a_bad_option_is_told_at_its_line(there: dict[str, Any], message: str) -> None:
    assert option_errors(there) == [f"publication.toml:7:1: error[setting]: {message}"]


def test_a_bad_option_of_the_command_line_is_told_as_such() -> None:
    assert option_errors({}, OptionOverride("mine", "columns", "wide")) == [
        "--set mine.columns: error[setting]: `columns` is a number, not 'wide'\n    hint: its default is 72"
    ]
    assert option_errors({"columns": "x", "ascii": 3}) == [
        "publication.toml:7:1: error[setting]: `columns` is a whole number, not 'x'\n    hint: its default is 72",
        "publication.toml:7:1: error[setting]: `ascii` is true or false, not 3\n    hint: its default is false",
    ]


def test_the_schema_knows_the_settings_that_the_reader_knows(tmp_path: Path) -> None:
    described = schema([Fake()])
    theme = {item.name.replace("_", "-") for item in dataclasses.fields(ThemeSettings)} - {"places"}
    known = {item.name.replace("_", "-") for item in dataclasses.fields(Publication)} - {"theme-findings"} | theme
    assert set(described["properties"]) == known
    assert described["required"] == ["title", "language", "disclaimer"]
    assert described["additionalProperties"] is False
    for key in known - {"checks", "plain-language", "links", "claims", "profiles", "bounds", "editions", *theme, *described["required"]}:
        example = {"disclaimer-position": '"front"', "remind-days": "7", "base-url": '"https://example.org"'}.get(key, '"x"')
        parse_publication(tmp_path, f"{SETTINGS}{key} = {example}\n")
    for key in described["required"]:
        assert setting_errors(tmp_path, "".join(line + "\n" for line in SETTINGS.splitlines() if not line.startswith(key)))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Settings beside a field that is none."""

    row: Literal["upper", "lower"] = setting("Which row it stands in.", "lower", required=True)
    book_count: int = setting("How many books it holds.", 3, unit="books")
    labels: tuple[str, ...] = setting("What its labels say.", ())
    checks: dict[str, str] = field(default_factory=dict, metadata={"help": "A table."})
    loaded: bool = False


def test_a_field_with_a_help_declares_a_setting() -> None:
    row, count, labels, table = declarations(Shelf)
    assert row == Declaration("row", "row", Literal["upper", "lower"], "lower", "Which row it stands in.", required=True)
    assert (row.choices, row.is_table) == (("upper", "lower"), False)
    assert (count.key, count.field, count.default, count.unit, count.is_number) == ("book-count", "book_count", 3, "books", True)
    assert (labels.is_list, labels.is_table) == (True, False)
    assert (table.is_table, table.is_dataclass) == (True, False)


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ('disclaimer-position = "end"', True),
        ('disclaimer-position = "middle"', False),
        ('publisher = ""', False),
        ("publisher = 1", False),
        ("remind-days = 0", True),
        ("remind-days = -1", False),
        ('remind-days = "30"', False),
        ("remind-days = true", False),
        ("unknown = 1", False),
        ("editions = 1", False),
        ('[claims]\ndiseases = ["x"]\nabsolutes = []\nallowed = ["y z"]', True),
        ("claims = 1", False),
        ('[claims]\ndiseases = "x"', False),
        ('[claims]\ndisease = ["x"]', False),
        ("bounds = 1", False),
        ("[bounds]\nfootnotes = 5\ntable-cells = 200000", True),
        ("[bounds]\nfootnotes = 0", False),
        ("[bounds]\nfootnotes = true", False),
        ("[bounds]\nfootnotes = 1.5", False),
        ("[bounds]\ntable-cells = 200001", False),
        ("[bounds]\ntable_cells = 5", False),
        ("[editions.pdf]\nenabled = 1", False),
        ("[editions.pdf]\nexporter = 1", False),
        ('[editions.print]\nexporter = "pdf"', True),
    ],
)
def test_the_schema_agrees_with_the_reader(line: str, good: bool, tmp_path: Path) -> None:
    import tomllib

    data = tomllib.loads(SETTINGS + line + "\n")
    assert _valid(data, schema([Fake("pdf")]), schema([Fake("pdf")])) is good
    if good:
        parse_publication(tmp_path, f"{SETTINGS}{line}\n")
    else:
        assert setting_errors(tmp_path, f"{SETTINGS}{line}\n")


def _valid(value: Any, rule: dict[str, Any], whole: dict[str, Any]) -> bool:
    """Judge a value by the keywords of JSON Schema that our schema uses."""
    import re

    if "$ref" in rule:
        rule = whole["$defs"][rule["$ref"].rpartition("/")[2]]
    types: dict[str, Any] = {"object": dict, "string": str, "boolean": bool, "array": list, "integer": int, "number": (int, float)}
    if "type" in rule and (not isinstance(value, types[rule["type"]]) or (isinstance(value, bool) and rule["type"] != "boolean")):
        return False
    if ("minimum" in rule and value < rule["minimum"]) or ("maximum" in rule and value > rule["maximum"]):
        return False
    if "enum" in rule and value not in rule["enum"]:
        return False
    if isinstance(value, str) and (len(value) < rule.get("minLength", 0) or not re.search(rule.get("pattern", ""), value)):
        return False
    if isinstance(value, dict):
        properties, other = rule.get("properties", {}), rule.get("additionalProperties", {})
        if any(key not in value for key in rule.get("required", ())):
            return False
        for key, item in value.items():
            inner = properties.get(key, other)
            if inner is False or not _valid(item, inner, whole):
                return False
    return True


@pytest.mark.parametrize("value", [True, 3, 1.5, "text", ("a", "b")])
def test_a_value_is_written_as_the_file_has_it(value: object) -> None:
    import tomllib

    back = tomllib.loads(f"x = {toml_value(value)}")["x"]
    assert (tuple(back) if isinstance(value, tuple) else back) == value


def test_the_nearest_name_is_suggested_or_all_of_them() -> None:
    assert suggestion("titel", ["title", "language"]) == "did you mean `title`?"
    assert suggestion("zzz", ["title", "language"]) == "there are: language, title"

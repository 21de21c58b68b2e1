"""Tables in text: grids that fit, and records where none does."""

from __future__ import annotations

import pytest
from handbill.exporters.text import TextOptions, exporter
from handbill.exporters.text.cells import cells
from hypothesis import given, settings
from hypothesis import strategies as st

from handbill.testing import documents as samples
from handouts import with_body


def table(xhtml: str, width: int = 72) -> list[str]:
    """Return the lines of an article whose body is one table with this content."""
    text = exporter.export(with_body(f"<table>{xhtml}</table>"), TextOptions(width=width), samples.run()).decode()
    return text.split("\f")[0].rstrip("\n").split("\n")[4:]


def row(*values: str, kind: str = "td") -> str:
    return "<tr>" + "".join(f"<{kind}>{value}</{kind}>" for value in values) + "</tr>"


def test_a_table_has_a_frame_its_head_apart_and_its_caption_above() -> None:
    assert table(
        '<caption>A <em>caption</em></caption><thead><tr><th>Left</th><th class="align-center">Centre</th>'
        '<th class="align-right">Right</th></tr></thead><tbody><tr><td>a</td><td class="align-center">bb</td>'
        '<td class="align-right">1</td></tr>' + row("é", "漢", "") + "</tbody>"
    ) == [
        "A caption",
        "┌──────┬────────┬───────┐",
        "│ Left │ Centre │ Right │",
        "╞══════╪════════╪═══════╡",
        "│ a    │   bb   │     1 │",
        "│ é    │ 漢     │       │",
        "└──────┴────────┴───────┘",
    ]


def test_spans_are_honoured() -> None:
    assert table('<tr><td colspan="2">wide</td><td rowspan="2">t<br/>a<br/>l<br/>l</td></tr>' + row("a", "b") + row("c", "d", "e")) == [
        "┌───────┬───┐",
        "│ wide  │ t │",
        "├───┬───┤ a │",
        "│ a │ b │ l │",
        "│   │   │ l │",
        "├───┼───┼───┤",
        "│ c │ d │ e │",
        "└───┴───┴───┘",
    ]


@pytest.mark.parametrize("span", ['colspan="1000000"', 'rowspan="65534"', 'rowspan="0"', 'colspan="0"', 'colspan="-3"', 'rowspan="x"'])
def test_spans_that_make_no_sense_do_no_harm(span: str) -> None:
    lines = table(f"<tr><td {span}>a</td><td>b</td></tr>" + row("c", "d"))
    assert "".join(lines).count("a") == 1
    assert all(letter in "".join(lines) for letter in "abcd")
    assert len(lines) < 12


def test_cells_are_wrapped_and_rows_then_parted() -> None:
    assert table(row("some words here", "and more of the words") + row("x", "y"), 30) == [
        "┌────────────┬───────────────┐",
        "│ some words │ and more of   │",
        "│ here       │ the words     │",
        "├────────────┼───────────────┤",
        "│ x          │ y             │",
        "└────────────┴───────────────┘",
    ]


def test_narrow_columns_are_not_broken_for_wide_ones() -> None:
    lines = table(row("Row 10", "words " * 30, "not at all"), 40)
    assert lines[1].startswith("│ Row 10 │ words")
    assert lines[1].endswith("│ not at all │")


def test_code_in_a_cell_is_given_the_room_it_needs() -> None:
    lines = table(row("<pre><code>x = a + b + c + d\n</code></pre>", "many ordinary words " * 9), 40)
    assert lines[1].startswith("│ x = a + b + c + d │ many")
    assert {cells(line) for line in lines} == {40}


def test_blocks_in_cells_are_set() -> None:
    lines = table(row("<p>one</p><p>two</p>", "<ul><li>a<ul><li>b</li></ul></li></ul>", "<pre><code>x\n  y\n</code></pre>"))
    assert lines[1:-1] == ["│ one │ • a   │ x   │", "│     │   ◦ b │   y │", "│ two │       │     │"]


def test_long_words_are_broken_only_where_the_table_is_too_wide() -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    assert f"│ {word} │ x │" in table(row(word, "x"))
    broken = table(row(word, word), 40)
    assert all(cells(line) <= 40 for line in broken)
    assert broken[0].startswith("┌")


def test_a_table_that_cannot_fit_becomes_records() -> None:
    heads = [f"Head{n}" for n in range(12)]
    lines = table(
        f"<caption>C</caption><thead>{row(*heads, kind='th')}</thead><tbody>{row(*(f'value{n}' for n in range(12)))}"
        "<tr><td colspan='2'><p>p</p><ul><li>l</li></ul></td><td rowspan='2'>r</td></tr><tr><td>q</td></tr></tbody>",
        40,
    )
    assert lines[:4] == ["C", "", "Head0: value0", "Head1: value1"]
    assert lines[13:] == ["Head11: value11", "", "Head0 / Head1:", "  p", "", "    • l", "Head2: r", "", "Head0: q", "Head2: r"]


def test_an_address_in_a_cell_is_never_cut() -> None:
    address = "https://e.example/" + "x" * 60
    assert address in table(row(address, "word"), 40)
    assert f"│ {address} │ word │" in table(row(address, "word"), 100)


def test_a_table_in_a_cell_keeps_its_words() -> None:
    inner = f"<table><thead>{row('Name', kind='th')}</thead><tbody>{row('nested value')}</tbody></table>"
    assert "│ Name: nested value │" in table(row("outer", inner), 72)[1]


def test_words_of_a_list_in_a_cell_have_room_beside_their_bullets() -> None:
    lines = table(row("<ul><li>mitochondria<ul><li>mitochondria</li></ul></li></ul>", "many ordinary words " * 4), 40)
    assert "│ • mitochondria   │" in lines[1]
    assert "│   ◦ mitochondria │" in lines[2]


def test_a_list_that_is_nested_too_deep_for_a_cell_becomes_a_record() -> None:
    lines = table(row("<ul><li>level" * 60 + "</li></ul>" * 60, "x"))
    assert "\n".join(lines).count("level") == 60
    assert max(map(cells, lines)) <= 72


def test_empty_tables_and_rows_do_not_stop_the_handout() -> None:
    assert table("<caption>Only a caption</caption>") == ["Only a caption"]
    assert table("<tbody><tr></tr></tbody>" + row("a")) is not None
    assert "Only heads" in "\n".join(table(f"<thead>{row('Only heads', kind='th')}</thead>"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(0, 25)), min_size=1, max_size=5), min_size=1, max_size=5),
    st.integers(30, 100),
)
def test_any_table_fits_and_keeps_every_word(rows: list[list[tuple[int, int, int]]], width: int) -> None:
    count = 0
    xhtml = ""
    for cells_of_row in rows:
        xhtml += "<tr>"
        for columns, spanned, words in cells_of_row:
            text = " ".join(f"w{n}" for n in range(count, count + words))
            count += words
            xhtml += f'<td colspan="{columns}" rowspan="{spanned}">{text}</td>'
        xhtml += "</tr>"
    lines = table(xhtml, width)
    assert all(cells(line) <= width for line in lines)
    assert sorted({word for word in " ".join(lines).split() if word.startswith("w")}) == sorted(f"w{n}" for n in range(count))
    if lines[0].startswith("┌"):
        assert len({cells(line) for line in lines}) == 1

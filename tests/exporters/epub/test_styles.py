"""EPUB handouts on a narrow screen."""

from __future__ import annotations

from handbill.exporters.epub import exporter

from epub_handouts import XHTML, export, trees
from handbill.testing.documents import PLAIN
from handouts import members, with_body


def test_a_table_of_many_columns_scrolls_in_a_box_that_has_a_name_and_takes_the_focus() -> None:
    def table(columns: int, caption: str = "") -> str:
        return f"<table>{caption}<tbody><tr>{'<td>cell</td>' * columns}</tr></tbody></table>"

    body = f'<h2 id="doses">Doses</h2>{table(12, "<caption>All <em>doses</em></caption>")}{table(4)}{table(3)}<p>After</p>'
    handout = export(with_body(body))
    page = next(tree for name, tree in trees(handout).items() if "doses" in name)
    boxes = [box for box in page.iter(f"{XHTML}div") if box.get("class") == "handbill-wide-table"]
    assert [(box.get("role"), box.get("tabindex"), box.get("aria-label")) for box in boxes] == [
        ("region", "0", "All doses"),
        ("region", "0", "Doses"),
    ]
    read = next(shown.body for shown in exporter.pages(handout) if "After" in shown.body)
    assert read.splitlines() == ["Doses", "All doses", *["cell"] * 19, "After", *read.splitlines()[22:]]


def test_no_image_is_higher_than_the_screen() -> None:
    rules = members(export(PLAIN))["EPUB/style.css"].decode().split("}")
    (image,) = [rule for rule in rules if rule.rpartition("*/")[2].partition("{")[0].strip() == "img"]
    assert "max-height: 95vh;" in image
    assert "object-fit: contain;" in image

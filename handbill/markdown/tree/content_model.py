"""The content model: turns a tree of allowed HTML into the strict vocabulary that docs/reference/tree.md lists. No text is lost.

The input is a sanitised tree. The result holds two attributes for later steps, which no exporter sees: `data-only` (the formats that an
element is for) and `data-note` (the number of a footnote in the order of definition).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.markdown.tree.elements import (
    BLOCKS,
    DIVISIONS,
    EXTERNAL_ADDRESS,
    HEADINGS,
    append,
    append_inline,
    append_inline_content,
    append_text,
    class_formats,
    class_names,
    copy_attributes,
    copy_language,
    detach,
    is_empty,
    mark_callout,
    move_calls_out_of_links,
    move_content,
    trim,
)
from handbill.markdown.tree.tables import convert_table

__all__ = ["canonical_body"]


def canonical_body(body: etree._Element, notes: Sequence[etree._Element] = ()) -> etree._Element:
    """Return a new `<body>` that holds blocks only. Where there are notes, its last child is a `<section class="notes">` with them."""
    out = etree.Element("body")
    _append_all(out, _flow_content(body))
    if notes:
        section = etree.SubElement(out, "section", {"class": "notes"})
        for number, note in enumerate(notes, 1):
            _append_all(etree.SubElement(section, "aside", {"class": "note", "data-note": str(number)}), _flow_content(note))
    move_calls_out_of_links(out)
    for paragraph in list(out.iter("p")):
        if is_empty(paragraph):
            _remove_empty_paragraph(paragraph)
    return out


def _remove_empty_paragraph(paragraph: etree._Element) -> None:
    """Remove an empty paragraph; its anchors move to the element after it. It stays where they cannot move."""
    following, parent = paragraph.getnext(), paragraph.getparent()
    anchors = [element.get("id", "") for element in paragraph.iter() if element.get("id")]
    if parent is None or (anchors and following is None):
        return
    if following is not None and following.tag in ("p", *HEADINGS):
        for name in reversed(anchors):
            anchor = etree.Element("span", {"id": name})
            anchor.tail, following.text = following.text, None
            following.insert(0, anchor)
    elif anchors and following is not None:
        if following.get("id") or len(anchors) > 1:
            return
        following.set("id", anchors[0])
    detach(paragraph)


def _append_all(parent: etree._Element, children: list[etree._Element]) -> None:
    """Append children without their tails."""
    for child in children:
        append(parent, child)


def _pieces(element: etree._Element) -> Iterator[tuple[bool, etree._Element]]:
    """Yield the content of an element in order, without what is empty: (False, a holder of inline content) or (True, a block)."""
    run = etree.Element("run")
    append_text(run, element.text)
    for child in element:
        blocky = child.tag in BLOCKS
        if blocky or any(inner.tag in BLOCKS for inner in child.iter()):
            for is_block, piece in [(True, b) for b in _convert_block(child)] if blocky else _distributed_pieces(child):
                if is_block:
                    if _is_significant(run):
                        yield False, run
                    run = etree.Element("run")
                    yield True, piece
                else:
                    move_content(piece, run)
        else:
            append_inline(run, child)
        append_text(run, child.tail)
    if _is_significant(run):
        yield False, run


def _is_significant(run: etree._Element) -> bool:
    """Return whether inline content shows something, or holds an anchor that links may lead to."""
    return not is_empty(run) or any(element.get("id") for element in run.iter())


def _distributed_pieces(element: etree._Element) -> Iterator[tuple[bool, etree._Element]]:
    """Yield the pieces of an inline element that contains blocks: it is moved into them, around their inline content."""
    first = True
    for is_block, piece in list(_pieces(element)):
        if not is_block and is_empty(piece):
            continue
        holders = [piece] if not is_block else [inner for inner in piece.iter() if inner.tag in ("p", "dt", *HEADINGS)]
        for holder in holders:
            shell = etree.Element(element.tag, {str(k): str(v) for k, v in element.attrib.items()})
            if not first:
                shell.attrib.pop("id", "")
            move_content(holder, shell)
            append_inline(holder, shell)
            first = False
        yield is_block, piece


def _flow_content(element: etree._Element) -> list[etree._Element]:
    """Return the content of an element as blocks; inline content becomes paragraphs."""
    blocks: list[etree._Element] = []
    for is_block, piece in _pieces(element):
        if is_block:
            blocks.append(piece)
        else:
            trim(piece)
            piece.tag = "p"
            blocks.append(piece)
    return blocks


def _fill_mixed(element: etree._Element, target: etree._Element) -> etree._Element:
    """Fill a list item or a cell with the content of an element, inline content directly in it; return the item or cell."""
    for is_block, piece in _pieces(element):
        if is_block:
            append(target, piece)
        else:
            trim(piece)
            move_content(piece, target)
    return target


def _convert_block(element: etree._Element) -> list[etree._Element]:
    """Return the blocks of the vocabulary that a block element of HTML becomes."""
    tag = element.tag
    if tag in ("p", "legend", "figcaption", "caption", "summary"):
        return _paragraph(element)
    if tag in HEADINGS:
        heading = copy_attributes(element, etree.Element(tag))
        append_inline_content(heading, element)
        trim(heading)
        return [] if is_empty(heading) and heading.get("id") is None else [heading]
    if tag in DIVISIONS:
        return _division(element, DIVISIONS[tag])
    if tag == "details":
        return _details(element)
    if tag == "hr":
        return [etree.Element("hr")]
    if tag == "pre":
        return _code(element)
    if tag == "blockquote":
        quote = copy_attributes(element, etree.Element("blockquote"))
        _append_all(quote, _flow_content(element))
        return [quote] if len(quote) else []
    if tag in ("ul", "ol", "li"):
        return _list(element)
    if tag in ("dl", "dt", "dd"):
        return _definitions(element)
    if tag == "table":
        # A caption holds no table (HTML, 4.9.2): one that would stands before its own.
        before = [
            block for caption in element.findall("caption") if caption.find(".//table") is not None for block in _detached_caption(caption)
        ]
        table = convert_table(element, _fill_mixed)
        return [*before, *(_table_content(element) if table is None else [table])]
    if tag == "figure":
        return _figure(element)
    return _flow_content(element)


def _detached_caption(caption: etree._Element) -> list[etree._Element]:
    """Remove a caption from its table, and return its content as blocks."""
    detach(caption)
    return _paragraph(caption)


def _paragraph(element: etree._Element) -> list[etree._Element]:
    """Return a paragraph; where it contains blocks, these, in a `div` where it has attributes."""
    blocks = _flow_content(element)
    if len(blocks) == 1 and blocks[0].tag == "p":
        copy_attributes(element, blocks[0])
    elif element.get("id") or element.get("data-only") or element.get("class"):
        wrapper = copy_attributes(element, etree.Element("div"))
        _append_all(wrapper, blocks)
        return [wrapper] if len(wrapper) else []
    return blocks


def _division(element: etree._Element, tag: str) -> list[etree._Element]:
    """Return a division or a callout; the blocks alone where it has no attributes."""
    division = copy_attributes(element, etree.Element(tag))
    classes = class_names(element)
    blocks = _flow_content(element)
    if "admonition" in classes and tag == "div":
        division.tag = "aside"
        kinds = [name for name in classes if name != "admonition" and not class_formats([name])]
        mark_callout(division, kinds)
        _append_all(division, blocks)
        return [division]
    if not division.attrib:
        return blocks
    _append_all(division, blocks)
    return [division] if len(division) or division.get("id") else []


def _details(element: etree._Element) -> list[etree._Element]:
    """Return `details` as a division that is open, its summary first."""
    division = copy_attributes(element, etree.Element("div"))
    division.set("class", "details")
    summary = element.find("summary")
    if summary is not None:
        for block in _paragraph(summary):
            if block.tag == "p":
                block.set("class", "summary")
            append(division, block)
        detach(summary)
    _append_all(division, _flow_content(element))
    return [division] if len(division) else []


def _code(element: etree._Element) -> list[etree._Element]:
    """Return a code block, after its title where it has one."""
    inner = element.find("code") if len(element) == 1 and not (element.text or "").strip() else None
    source = element if inner is None else inner
    pre = copy_attributes(element, etree.Element("pre"))
    pre.attrib.pop("class", "")
    code = etree.SubElement(pre, "code")
    code.text = "".join(_code_texts(source))
    classes = (source.get("class", "") or element.get("class", "")).split()
    language = next((name for name in classes if name.startswith("language-")), "")
    if re.fullmatch(r"language-[A-Za-z0-9+#._-]+", language):
        code.set("class", language)
    if not (code.text or "").strip():
        return []
    if inner is not None and inner.get("title", "").strip():
        title = etree.Element("p", {"class": "code-title"})
        title.text = inner.get("title", "").strip()
        return [title, pre]
    return [pre]


def _code_texts(element: etree._Element) -> Iterator[str]:
    """Yield the pieces of a code block's text, with a line break for `br` and the alternative text of images."""
    yield "\n" if element.tag == "br" else element.get("alt", "") if element.tag == "img" else element.text or ""
    for child in element:
        yield from _code_texts(child)
        yield child.tail or ""


def _list(element: etree._Element) -> list[etree._Element]:
    """Return a list, of which every child is an item; a lone item becomes a list of its own."""
    if element.tag == "li":
        wrapper = etree.Element("ul")
        wrapper.append(_item(element))
        return [wrapper]
    out = copy_attributes(element, etree.Element(element.tag))
    if element.tag == "ol":
        _copy_integer(element, out, "start")
        if element.get("type") in ("1", "a", "A", "i", "I"):
            out.set("type", element.get("type", ""))
        if element.get("reversed") is not None:
            out.set("reversed", "reversed")
    _append_stray_text(out, "li", element.text)
    for child in element:
        if child.tag == "li":
            out.append(_item(child))
        else:
            blocks = _convert_block(child) if child.tag in BLOCKS else []
            if not blocks:
                holder = etree.Element("run")
                append_inline(holder, child)
                if not is_empty(holder):
                    holder.tag = "p"
                    blocks = [holder]
            if blocks:
                _append_all(out[-1] if len(out) else etree.SubElement(out, "li"), blocks)
        _append_stray_text(out, "li", child.tail)
    items = [
        item for item in out if item.find("./span[@class='checkbox']") is not None or item.find("./p/span[@class='checkbox']") is not None
    ]
    if items and out.tag == "ul":
        out.set("class", "task-list")
        for item in items:
            item.set("class", "task")
    return [out] if len(out) else []


def _append_stray_text(out: etree._Element, tag: str, text: str | None) -> None:
    """Append text that stands between the items of a list as an item of its own; `tag` is the name of the item's element."""
    if text and text.strip():
        etree.SubElement(out, tag).text = text.strip()


def _copy_integer(source: etree._Element, target: etree._Element, name: str) -> None:
    """Copy an attribute that holds an integer of at most six digits; any other value is left out."""
    if re.fullmatch(r"-?\d{1,6}", source.get(name, "")):
        target.set(name, str(int(source.get(name, ""))))


def _item(element: etree._Element) -> etree._Element:
    """Return a list item."""
    item = copy_attributes(element, etree.Element("li"))
    item.attrib.pop("class", "")
    _copy_integer(element, item, "value")
    return _fill_mixed(element, item)


def _definitions(element: etree._Element) -> list[etree._Element]:
    """Return a definition list that begins with a term and ends with a description; its blocks where it has no term."""
    out = etree.Element("dl")
    if element.tag == "dl":
        copy_attributes(element, out)
        children = [inner for child in element for inner in (child if child.tag == "div" else [child])]
        _append_stray_text(out, "dd", element.text)
    else:
        children = [element]
    for child in children:
        if child.tag == "dt":
            term = copy_attributes(child, etree.SubElement(out, "dt"))
            append_inline_content(term, child)
            trim(term)
        elif child.tag == "dd":
            _fill_mixed(child, copy_attributes(child, etree.SubElement(out, "dd")))
        else:
            holder = etree.Element("div")
            if child.tag in BLOCKS:
                _append_all(holder, _convert_block(child))
            else:
                append_inline(holder, child)
            if not is_empty(holder):
                move_content(holder, etree.SubElement(out, "dd"))
        if element.tag == "dl":
            _append_stray_text(out, "dd", child.tail)
    if out.find("dt") is None:
        # Descriptions without a term are no definition list (HTML, 4.4.9).
        division = etree.Element("div")
        for description in out:
            if not is_empty(description):
                append(division, _as_division(description))
        return list(division)
    if out[0].tag == "dd":
        etree.SubElement(out, "dt")
        out.insert(0, out[-1])
    if out[-1].tag == "dt":
        etree.SubElement(out, "dd")
    return [out]


def _as_division(element: etree._Element) -> etree._Element:
    """Return the content of an element as a `div`."""
    division = etree.Element("div")
    _append_all(division, _flow_content(element))
    return division


def _table_content(table: etree._Element) -> list[etree._Element]:
    """Return the content of a table without cells as blocks."""
    return [block for part in table for block in _flow_content(part)]


def _figure(element: etree._Element) -> list[etree._Element]:
    """Return a figure where the element holds one image of the publication and nothing else; any other becomes a division."""
    captions = element.findall("figcaption")
    images = list(element.iter("img"))
    holder = etree.Element("div")
    for caption in captions:
        _fill_mixed(caption, holder)
        detach(caption)
    content = _flow_content(element)
    alone = len(content) == 1 and content[0].tag == "p" and len(content[0]) == 1 and content[0][0].tag == "img"
    stays = len(images) == 1 and not EXTERNAL_ADDRESS.match(images[0].get("src", "").strip())
    if stays and alone and not (content[0].text or content[0][0].tail or "").strip():
        figure = copy_attributes(element, etree.Element("figure"))
        append(figure, content[0][0])
        if not is_empty(holder):
            holder.tag = "figcaption"
            copy_language(captions[0], holder)
            append(figure, holder)
        return [figure]
    division = copy_attributes(element, etree.Element("div"))
    division.set("class", "figure")
    _append_all(division, content)
    _append_all(division, _flow_content(holder))
    return [division] if len(division) else []

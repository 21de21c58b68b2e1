"""The content model: any tree of allowed HTML becomes the strict vocabulary that docs/reference/tree.md lists, with all its text.

Left for later steps, as attributes that no exporter sees: `data-only` (formats that an element is for) and `data-note` (a
footnote's number by definition).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from handbill.markdown.tree.elements import (
    BLOCKS,
    DIVISIONS,
    ELSEWHERE,
    HEADINGS,
    append,
    append_text,
    call_outside_links,
    copy_attributes,
    copy_language,
    detach,
    formats_of,
    is_empty,
    move,
    move_inline,
    put_inline,
    trim,
)
from handbill.markdown.tree.tables import shape_table

__all__ = ["shape"]


def shape(body: etree._Element, notes: Sequence[etree._Element] = ()) -> etree._Element:
    """Return a new `<body>` of blocks alone, the notes in its last child, `<section class="notes">`, where there are any."""
    out = etree.Element("body")
    _extend(out, _flow(body))
    if notes:
        section = etree.SubElement(out, "section", {"class": "notes"})
        for number, note in enumerate(notes, 1):
            _extend(etree.SubElement(section, "aside", {"class": "note", "data-note": str(number)}), _flow(note))
    call_outside_links(out)
    for paragraph in list(out.iter("p")):
        if is_empty(paragraph):
            _settle(paragraph)
    return out


def _settle(paragraph: etree._Element) -> None:
    """Move the anchors of a paragraph that holds nothing else to what follows it, so that it need not be there."""
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


def _extend(parent: etree._Element, children: list[etree._Element]) -> None:
    for child in children:
        append(parent, child)


def _pieces(element: etree._Element) -> Iterator[tuple[bool, etree._Element]]:
    """Yield what an element holds: (False, a holder of inline content) or (True, a block), in order, nothing empty."""
    run = etree.Element("run")
    append_text(run, element.text)
    for child in element:
        blocky = child.tag in BLOCKS
        if blocky or any(inner.tag in BLOCKS for inner in child.iter()):
            for is_block, piece in [(True, b) for b in _block(child)] if blocky else _wrapped_pieces(child):
                if is_block:
                    if _counts(run):
                        yield False, run
                    run = etree.Element("run")
                    yield True, piece
                else:
                    move(piece, run)
        else:
            put_inline(run, child)
        append_text(run, child.tail)
    if _counts(run):
        yield False, run


def _counts(run: etree._Element) -> bool:
    """Tell whether inline content says something, or is an anchor that links may lead to."""
    return not is_empty(run) or any(element.get("id") for element in run.iter())


def _wrapped_pieces(element: etree._Element) -> Iterator[tuple[bool, etree._Element]]:
    """Yield the pieces of an inline element that holds blocks: the element moves inside them, around their inline content."""
    first = True
    for is_block, piece in list(_pieces(element)):
        if not is_block and is_empty(piece):
            continue
        holders = [piece] if not is_block else [inner for inner in piece.iter() if inner.tag in ("p", "dt", *HEADINGS)]
        for holder in holders:
            shell = etree.Element(element.tag, {str(k): str(v) for k, v in element.attrib.items()})
            if not first:
                shell.attrib.pop("id", "")
            move(holder, shell)
            put_inline(holder, shell)
            first = False
        yield is_block, piece


def _flow(element: etree._Element) -> list[etree._Element]:
    """Return an element's content as blocks, inline content in paragraphs."""
    blocks: list[etree._Element] = []
    for is_block, piece in _pieces(element):
        if is_block:
            blocks.append(piece)
        else:
            trim(piece)
            piece.tag = "p"
            blocks.append(piece)
    return blocks


def _mixed(element: etree._Element, target: etree._Element) -> etree._Element:
    """Fill a list item or a cell: inline content directly, then blocks."""
    for is_block, piece in _pieces(element):
        if is_block:
            append(target, piece)
        else:
            trim(piece)
            move(piece, target)
    return target


def _block(element: etree._Element) -> list[etree._Element]:
    """Return the blocks that a block element becomes."""
    tag = element.tag
    if tag in ("p", "legend", "figcaption", "caption", "summary"):
        return _paragraph(element)
    if tag in HEADINGS:
        heading = copy_attributes(element, etree.Element(tag))
        move_inline(element, heading)
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
        _extend(quote, _flow(element))
        return [quote] if len(quote) else []
    if tag in ("ul", "ol", "li"):
        return _list(element)
    if tag in ("dl", "dt", "dd"):
        return _definitions(element)
    if tag == "table":
        # A caption holds no table (HTML, 4.9.2): one that would stands before its own.
        before = [block for caption in element.findall("caption") if caption.find(".//table") is not None for block in _taken(caption)]
        table = shape_table(element, _mixed)
        return [*before, *(_flow_of_parts(element) if table is None else [table])]
    if tag == "figure":
        return _figure(element)
    return _flow(element)


def _taken(caption: etree._Element) -> list[etree._Element]:
    detach(caption)
    return _paragraph(caption)


def _paragraph(element: etree._Element) -> list[etree._Element]:
    blocks = _flow(element)
    if len(blocks) == 1 and blocks[0].tag == "p":
        copy_attributes(element, blocks[0])
    elif element.get("id") or element.get("data-only") or element.get("class"):
        wrapper = copy_attributes(element, etree.Element("div"))
        _extend(wrapper, blocks)
        return [wrapper] if len(wrapper) else []
    return blocks


def _division(element: etree._Element, tag: str) -> list[etree._Element]:
    division = copy_attributes(element, etree.Element(tag))
    classes = element.get("class", "").split()
    blocks = _flow(element)
    if "admonition" in classes and tag == "div":
        division.tag = "aside"
        kinds = [name for name in classes if name != "admonition" and not formats_of([name])]
        kind = kinds[0] if kinds else "note"
        division.set("class", f"admonition {kind}")
        _extend(division, blocks)
        return [division]
    if not division.attrib:
        return blocks
    _extend(division, blocks)
    return [division] if len(division) or division.get("id") else []


def _details(element: etree._Element) -> list[etree._Element]:
    division = copy_attributes(element, etree.Element("div"))
    division.set("class", "details")
    summary = element.find("summary")
    if summary is not None:
        for block in _paragraph(summary):
            if block.tag == "p":
                block.set("class", "summary")
            append(division, block)
        detach(summary)
    _extend(division, _flow(element))
    return [division] if len(division) else []


def _code(element: etree._Element) -> list[etree._Element]:
    inner = element.find("code") if len(element) == 1 and not (element.text or "").strip() else None
    source = element if inner is None else inner
    pre = copy_attributes(element, etree.Element("pre"))
    pre.attrib.pop("class", "")
    code = etree.SubElement(pre, "code")
    code.text = "".join(_texts(source))
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


def _texts(element: etree._Element) -> Iterator[str]:
    """Yield the text of code: line breaks and the words of images too."""
    yield "\n" if element.tag == "br" else element.get("alt", "") if element.tag == "img" else element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


def _list(element: etree._Element) -> list[etree._Element]:
    if element.tag == "li":
        wrapper = etree.Element("ul")
        wrapper.append(_item(element))
        return [wrapper]
    out = copy_attributes(element, etree.Element(element.tag))
    if element.tag == "ol":
        if re.fullmatch(r"-?\d{1,6}", element.get("start", "")):
            out.set("start", str(int(element.get("start", ""))))
        if element.get("type") in ("1", "a", "A", "i", "I"):
            out.set("type", element.get("type", ""))
        if element.get("reversed") is not None:
            out.set("reversed", "reversed")
    _stray(out, element.text)
    for child in element:
        if child.tag == "li":
            out.append(_item(child))
        else:
            blocks = _block(child) if child.tag in BLOCKS else []
            if not blocks:
                holder = etree.Element("run")
                put_inline(holder, child)
                if not is_empty(holder):
                    holder.tag = "p"
                    blocks = [holder]
            if blocks:
                _extend(out[-1] if len(out) else etree.SubElement(out, "li"), blocks)
        _stray(out, child.tail)
    items = [
        item for item in out if item.find("./span[@class='checkbox']") is not None or item.find("./p/span[@class='checkbox']") is not None
    ]
    if items and out.tag == "ul":
        out.set("class", "task-list")
        for item in items:
            item.set("class", "task")
    return [out] if len(out) else []


def _stray(out: etree._Element, text: str | None) -> None:
    """Put text that stands between items into an item of its own."""
    if text and text.strip():
        etree.SubElement(out, "li").text = text.strip()


def _item(element: etree._Element) -> etree._Element:
    item = copy_attributes(element, etree.Element("li"))
    item.attrib.pop("class", "")
    if re.fullmatch(r"-?\d{1,6}", element.get("value", "")):
        item.set("value", str(int(element.get("value", ""))))
    return _mixed(element, item)


def _definitions(element: etree._Element) -> list[etree._Element]:
    out = etree.Element("dl")
    if element.tag == "dl":
        copy_attributes(element, out)
        children = [inner for child in element for inner in (child if child.tag == "div" else [child])]
        if element.text and element.text.strip():
            etree.SubElement(out, "dd").text = element.text.strip()
    else:
        children = [element]
    for child in children:
        if child.tag == "dt":
            term = copy_attributes(child, etree.SubElement(out, "dt"))
            move_inline(child, term)
            trim(term)
        elif child.tag == "dd":
            _mixed(child, copy_attributes(child, etree.SubElement(out, "dd")))
        else:
            holder = etree.Element("div")
            if child.tag in BLOCKS:
                _extend(holder, _block(child))
            else:
                put_inline(holder, child)
            if not is_empty(holder):
                move(holder, etree.SubElement(out, "dd"))
        if element.tag == "dl" and child.tail and child.tail.strip():
            etree.SubElement(out, "dd").text = child.tail.strip()
    if out.find("dt") is None:
        # Descriptions without a term are no list (HTML, 4.4.9): they stand as they are.
        division = etree.Element("div")
        for description in out:
            if not is_empty(description):
                append(division, _as_div(description))
        return list(division)
    if out[0].tag == "dd":
        etree.SubElement(out, "dt")
        out.insert(0, out[-1])
    if out[-1].tag == "dt":
        etree.SubElement(out, "dd")
    return [out]


def _as_div(element: etree._Element) -> etree._Element:
    division = etree.Element("div")
    _extend(division, _flow(element))
    return division


def _flow_of_parts(table: etree._Element) -> list[etree._Element]:
    """Return what a table without cells holds: captions."""
    return [block for part in table for block in _flow(part)]


def _figure(element: etree._Element) -> list[etree._Element]:
    captions = element.findall("figcaption")
    images = list(element.iter("img"))
    holder = etree.Element("div")
    for caption in captions:
        _mixed(caption, holder)
        detach(caption)
    content = _flow(element)
    alone = len(content) == 1 and content[0].tag == "p" and len(content[0]) == 1 and content[0][0].tag == "img"
    stays = len(images) == 1 and not ELSEWHERE.match(images[0].get("src", "").strip())
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
    _extend(division, content)
    _extend(division, _flow(holder))
    return [division] if len(division) else []

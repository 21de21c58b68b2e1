"""Lists the elements and attributes that show their text as it stands, and detects pages that may change or hide text otherwise."""

from __future__ import annotations

import unicodedata
from typing import Any

from lxml import etree

__all__ = ["BLOCKS", "EPUB_TYPE", "has_only_known_attributes", "is_scripted", "is_shown", "pops_up"]

_XHTML = "{http://www.w3.org/1999/xhtml}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
_OPS = "{http://www.idpf.org/2007/ops}"
EPUB_TYPE = f"{_OPS}type"

BLOCKS = frozenset(
    "address article aside blockquote body caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr li main "
    "nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code col colgroup data del dfn em i img ins kbd mark q ruby rb rt rtc s samp small span strong sub sup "
    "time u var wbr".split()
)
_SHOWN = BLOCKS | _INLINE | {"html"}

_ATTRIBUTES = frozenset(
    "abbr alt cite class colspan datetime dir headers href hreflang id lang rel reversed role rowspan scope span src start style "
    "tabindex title translate type value".split()
) | {f"{_XML}lang", f"{_XML}space", EPUB_TYPE, f"{_OPS}prefix"}

# Several reading systems take notes of these types out of the page, and show each only when its call is activated.
_POP_UP_TYPES = frozenset({"footnote", "endnote", "rearnote", "note"})


def pops_up(element: etree._Element) -> bool:
    """Return whether the type of an element is that of a note that pops up."""
    return not _POP_UP_TYPES.isdisjoint((element.get(EPUB_TYPE) or "").split())


def is_shown(element: etree._Element) -> bool:
    """Return whether browsers show the text of such an element, all else being equal, in the order in which it stands."""
    tag = str(element.tag)
    name = tag.removeprefix(_XHTML)
    if not tag.startswith(_XHTML) or name not in _SHOWN:
        return False
    return name != "bdo" or not _runs_against(element)


def has_only_known_attributes(element: etree._Element) -> bool:
    """Return whether none of the attributes can hide text, as `hidden` and those that set colours or sizes can."""
    for name, value in element.attrib.items():
        text = str(name)
        if text == "aria-hidden":
            if str(value).strip().lower() != "false":
                return False
        elif text in ("width", "height"):
            if element.tag != f"{_XHTML}img":
                return False
        elif text not in _ATTRIBUTES and not text.startswith(("aria-", "data-")):
            return False
    return True


def is_scripted(root: etree._Element) -> bool:
    """Return whether the page has scripts, processing instructions or declarations that may change its content."""
    document: Any = root.getroottree()
    dtd = document.docinfo.internalDTD
    if dtd is not None and (document.docinfo.doctype != "<!DOCTYPE html>" or list(dtd.iterelements()) or list(dtd.iterentities())):
        return True
    if any(isinstance(node, etree._ProcessingInstruction) for node in (*root.itersiblings(preceding=True), *root.iter())):
        return True
    for element in root.iter(etree.Element):
        name = str(element.tag).rpartition("}")[2].lower()
        if name in ("base", "noscript", "script", "template") or any(
            str(attribute).lower().startswith("on") for attribute in element.attrib
        ):
            return True
        if name == "meta" and element.get("http-equiv") is not None:
            return True
    return False


def _runs_against(element: etree._Element) -> bool:
    """Return whether an override of direction shows the letters backwards (Unicode Standard Annex 9, 2.2)."""
    backwards = ("R", "AL") if (element.get("dir") or "").lower() == "ltr" else ("L",)
    return any(unicodedata.bidirectional(character) in backwards for piece in element.itertext() for character in str(piece))

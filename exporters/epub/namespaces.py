"""The XML namespaces of an EPUB's files, and the names of attributes in them, as lxml writes names."""

from __future__ import annotations

__all__ = ["EPUB_TYPE", "NCX", "OPF", "OPS", "XHTML", "XML_LANG"]

XHTML = "http://www.w3.org/1999/xhtml"
OPS = "http://www.idpf.org/2007/ops"
OPF = "http://www.idpf.org/2007/opf"
NCX = "http://www.daisy.org/z3986/2005/ncx/"

EPUB_TYPE = f"{{{OPS}}}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

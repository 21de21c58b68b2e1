"""Random edits of finished EPUB handouts, to try the proof with: what a fault of an exporter, or a person with a zip program, could do.

The name of an edit begins with its kind: `harmless` edits change nothing of what the disclaimer's page and the notices show, and have to be
accepted; `hostile` ones change a part of them or the form of the book, and have to be refused; `article` ones change the article, and have
to be refused where they change the picture of a page's notice.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping

__all__ = ["HARMLESS", "HOSTILE", "OF_ARTICLE", "edits"]

HARMLESS, HOSTILE, OF_ARTICLE = "harmless", "hostile", "article"

Files = dict[str, bytes]
Edit = Callable[[Files, random.Random], str]
"""Changes the members of a book, and returns a few words on what it did."""

PAGE, OPF, STYLE, THEME, NAV = "EPUB/disclaimer.xhtml", "EPUB/content.opf", "EPUB/style.css", "EPUB/theme.css", "EPUB/nav.xhtml"

_DECLARATIONS = (
    "position: {position}; top: 0; left: 0; background: white; width: 100vw; height: 100vh",
    "margin-{side}: {length}",
    "margin: {length} {length}",
    "--gap: {length}; margin-{side}: var(--gap)",
    "margin-{side}: calc({length} - 9em)",
    "padding-{side}: {length}",
    "border-{side}: {length} solid white",
    "float: {align}",
    "transform: translateY({length}) scale({number})",
    "translate: 0 {length}",
    "font-size: {length}",
    "line-height: {number}",
    "height: {length}",
    "max-height: {length}",
    "overflow: {overflow}",
    "overflow-y: {overflow}",
    "text-decoration: underline {length} white",
    "text-decoration-thickness: {length}",
    "text-underline-offset: {length}",
    "outline: {length} solid white",
    "box-shadow: 0 0 0 {length} white",
    "text-shadow: 0 9em white",
    "text-indent: {length}",
    "letter-spacing: {length}",
    "vertical-align: {length}",
    "display: {display}",
    "visibility: {visibility}",
    "color: {colour}",
    "background: {colour}",
    "opacity: {number}",
    "direction: rtl; unicode-bidi: bidi-override",
    "writing-mode: vertical-rl",
    "columns: 2",
    "zoom: {number}",
    "filter: blur({length})",
    "mix-blend-mode: difference",
    "content: 'VOID'",
    "font-family: 'Example', fantasy",
    "text-transform: uppercase",
    "text-align: {align}",
    "font-weight: {weight}",
    "clip-path: inset(9em)",
    "contain: size",
    "aspect-ratio: 1 / 9",
    "inset: {length}",
    "all: unset",
)
_VALUES: Mapping[str, tuple[str, ...]] = {
    "position": ("fixed", "absolute", "sticky", "relative", "static"),
    "side": ("top", "bottom", "left", "right"),
    "length": ("-30em", "-9em", "-1em", "0", "1px", "0.5em", "2em", "9em", "88em", "-50vh", "50%"),
    "number": ("0", "0.1", "0.9", "1", "1.5", "9"),
    "overflow": ("hidden", "visible", "auto", "clip"),
    "display": ("none", "block", "inline", "flex", "contents", "table", "list-item"),
    "visibility": ("hidden", "collapse", "visible"),
    "colour": ("white", "black", "#036", "transparent"),
    "align": ("left", "right", "center", "justify"),
    "weight": ("100", "400", "900"),
}
_SELECTORS_OF_ARTICLE = (
    ".handbill-article",
    ".handbill-article p",
    ".handbill-article > *",
    ".handbill-article h2",
    ".handbill-article *:last-child",
    ".handbill-article p::after",
    ".handbill-article, .handbill-article ~ div",
    ".handbill-article + div",
    ".handbill-article:has(p) + div",
    "@media screen { .handbill-article p",
    "@supports (display: block) { .handbill-article",
)
_SELECTORS_OF_ALL = ("*", "body", "html", "p", "div", "p:last-child", ".handbill-notice", "div.handbill-notice p", "a", "@media all { body")
_ELEMENTS = (
    "<p>VOID</p>",
    '<bdo dir="rtl">911</bdo>',
    "<br/>",
    "<hr/>",
    '<div style="position: fixed; inset: 0; background: white"></div>',
    "<style>div { display: none }</style>",
    "<script>document.body.textContent = 'VOID'</script>",
    '<svg xmlns="http://www.w3.org/2000/svg" style="position: fixed; inset: 0"><rect width="999" height="999"/></svg>',
    '<iframe src="title.xhtml"></iframe>',
    "<section/>",
    "<!-- a comment -->",
    "<dialog open=''>VOID</dialog>",
)
_ATTRIBUTES = ('hidden=""', 'dir="rtl"', 'lang="ar"', 'class="handbill-notice"', 'aria-hidden="true"', 'popover=""', 'id="x"', 'inert=""')
_METAS = (
    '<meta property="rendition:layout">pre-paginated</meta>',
    '<meta property="rendition:flow">scrolled-continuous</meta>',
    '<meta property="rendition:orientation">landscape</meta>',
    '<meta property="media:active-class">active</meta>',
    '<meta name="cover" content="item-1"/>',
    '<meta name="fixed-layout" content="true"/>',
    '<meta property="ibooks:specified-fonts">true</meta>',
)
_ITEM_CHANGES = (
    ('href="disclaimer.xhtml"', 'href="title.xhtml"'),
    ('href="disclaimer.xhtml"', 'fallback="item-1" href="disclaimer.xhtml"'),
    ('href="disclaimer.xhtml"', 'properties="nav" href="disclaimer.xhtml"'),
    ('href="disclaimer.xhtml"', 'href="./disclaimer.xhtml"'),
    ("<itemref ", '<itemref linear="no" '),
    ("<itemref ", '<itemref properties="page-spread-left" '),
    ('<spine toc="ncx"', '<spine toc="ncx" page-progression-direction="rtl"'),
    ("</spine>", '<itemref idref="item-1"/></spine>'),
    ("</package>", '<guide><reference type="cover" title="" href="disclaimer.xhtml"/></guide></package>'),
    ('version="3.0"', 'version="2.0"'),
    ("<manifest>", '<manifest xml:base="other/">'),
)
_FILES = ("META-INF/com.apple.ibooks.display-options.xml", "META-INF/encryption.xml", "manifest.json", "EPUB/Style.css", "EPUB/a.js")


def edits(handout: bytes, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield edited handouts without end, each with the kind of the edit and what it did: "hostile: a word of disclaimer.xhtml".

    The same handout and seed give the same edits. The handout needs a theme and embedded fonts, so that all files are there to be changed.
    """
    with zipfile.ZipFile(io.BytesIO(handout)) as archive:
        original = {name: archive.read(name) for name in archive.namelist()}
    chance = random.Random(seed)
    while True:
        kind = chance.choice(list(_EDITS))
        files = dict(original)
        done = chance.choice(_EDITS[kind])(files, chance)
        if kind == HARMLESS or files != original:
            yield f"{kind}: {done}", _packed(files, chance if kind == HARMLESS else None)


def _packed(files: Files, chance: random.Random | None) -> bytes:
    """Return the zip file; with `chance`, in another order, compressed otherwise and on another day."""
    names = list(files)
    if chance is not None:
        chance.shuffle(names)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            day = (2020, 1, chance.randint(1, 28), 0, 0, 0) if chance is not None else (1980, 1, 1, 0, 0, 0)
            entry = zipfile.ZipInfo(name, day)
            entry.compress_type = zipfile.ZIP_DEFLATED if chance is None or chance.random() < 0.5 else zipfile.ZIP_STORED
            archive.writestr(entry, files[name], compresslevel=1)
    return buffer.getvalue()


def _replace(files: Files, path: str, old: str, new: str) -> None:
    files[path] = files[path].replace(old.encode(), new.encode(), 1)


def _declaration(chance: random.Random) -> str:
    pattern = chance.choice(_DECLARATIONS)
    return re.sub(r"\{(\w+)\}", lambda match: chance.choice(_VALUES[match[1]]), pattern)


def _rule(selectors: tuple[str, ...], chance: random.Random) -> str:
    selector = chance.choice(selectors)
    important = " !important" if chance.random() < 0.3 else ""
    return f"\n{selector} {{ {_declaration(chance)}{important} }}" + " }" * selector.startswith("@")


def _articles(files: Files) -> list[str]:
    return sorted(name for name in files if name.endswith(".xhtml") and name not in (PAGE, NAV))


def _at_random(text: str, pattern: str, replacement: Callable[[re.Match[str]], str], chance: random.Random) -> str:
    """Return the text with one match of a pattern, in its body, replaced."""
    matches = list(re.compile(pattern).finditer(text, text.index("<body")))
    match = chance.choice(matches)
    return text[: match.start()] + replacement(match) + text[match.end() :]


def _marked_up(files: Files, path: str, chance: random.Random) -> str:
    """Give an element of a page a style or an attribute, or put an element in front of one."""
    text = files[path].decode()
    if chance.random() < 0.5:
        added = f'style="{_declaration(chance)}"' if chance.random() < 0.7 else chance.choice(_ATTRIBUTES)
        text = _at_random(text, r"<(?:p|h\d|li|section|em|strong|a|ul|div|span|td)(?=[ >])", lambda match: f"{match[0]} {added}", chance)
    else:
        added = chance.choice(_ELEMENTS)
        text = _at_random(text, r"<(?:p|h\d|ul|section|em|strong|a)(?=[ >])", lambda match: added + match[0], chance)
    files[path] = text.encode()
    return f"{added} in {path}"


def _page_marked_up(files: Files, chance: random.Random) -> str:
    return _marked_up(files, PAGE, chance)


def _article_marked_up(files: Files, chance: random.Random) -> str:
    return _marked_up(files, chance.choice(_articles(files)), chance)


def _words_changed(files: Files, chance: random.Random) -> str:
    text = files[PAGE].decode()
    change = chance.choice((lambda word: "", lambda word: word[::-1], lambda word: f"\u202e{word}\u202c", lambda word: word + "\u200b"))
    files[PAGE] = _at_random(text, r"(?<=[> ])[A-Za-z0-9-]{2,}(?=[ .,<])", lambda match: change(match[0]), chance).encode()
    return "a word of the disclaimer"


def _notice_changed(files: Files, chance: random.Random) -> str:
    path = chance.choice(_articles(files))
    text = files[path].decode()
    start = text.index('<div class="handbill-notice"')
    head, notice = text[:start], text[start:]
    old, new = chance.choice(
        (("not ", ""), ("<p>", '<p style="display: none">'), ("</body>", "<p>VOID</p></body>"), ('dir="ltr"', 'dir="rtl"'))
    )
    files[path] = (head + notice.replace(old, new, 1)).encode()
    return f"{old} in the notice of {path}"


def _style_changed(files: Files, chance: random.Random) -> str:
    path = chance.choice([STYLE, *(name for name in files if name == "EPUB/disclaimer-fonts.css")])
    if chance.random() < 0.5:
        rule = _rule(_SELECTORS_OF_ALL, chance)
        files[path] += rule.encode()
        return f"{rule.strip()} in {path}"
    rules = files[path].decode().split("}")
    del rules[chance.randrange(len(rules))]
    files[path] = "}".join(rules).encode()
    return f"a rule less in {path}"


def _font_changed(files: Files, chance: random.Random) -> str:
    path = chance.choice(sorted(name for name in files if name.startswith("EPUB/fonts/disclaimer-")))
    content = bytearray(files[path])
    for _ in range(20):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    files[path] = bytes(content)
    return f"twenty bits of {path}"


def _package_changed(files: Files, chance: random.Random) -> str:
    if chance.random() < 0.4:
        meta = chance.choice(_METAS)
        _replace(files, OPF, "</metadata>", f"{meta}</metadata>")
        return meta
    old, new = chance.choice(_ITEM_CHANGES)
    _replace(files, OPF, old, new)
    return f"{new} in the package"


def _file_added(files: Files, chance: random.Random) -> str:
    name = chance.choice(_FILES)
    files[name] = b"<x/>"
    if chance.random() < 0.5:
        item = f'<item id="x" href="../{name}" media-type="application/xml"/>'
        _replace(files, OPF, "</manifest>", f"{item}</manifest>")
    return f"the file {name}"


def _rule_for_all(files: Files, chance: random.Random) -> str:
    rule = _rule(_SELECTORS_OF_ALL, chance)
    files[THEME] += rule.encode()
    return f"{rule.strip()} in the theme"


def _rule_for_article(files: Files, chance: random.Random) -> str:
    rules = "".join(_rule(_SELECTORS_OF_ARTICLE, chance) for _ in range(chance.randint(1, 2)))
    files[THEME] += rules.encode()
    return f"{' '.join(rules.split())} in the theme"


def _words_of_metadata(files: Files, chance: random.Random) -> str:
    name = chance.choice(("title", "creator", "publisher", "rights", "description"))
    start = files[OPF].index(f"<dc:{name}".encode())
    end = files[OPF].index(b">", start) + 1
    files[OPF] = files[OPF][:end] + b"Another " + files[OPF][end:]
    return f"another {name}"


def _another_day(files: Files, chance: random.Random) -> str:
    files[OPF] = re.sub(rb'(dcterms:modified">)\d{4}', lambda match: match[1] + b"%d" % chance.randint(1990, 2090), files[OPF])
    return "another day"


def _words_of_article(files: Files, chance: random.Random) -> str:
    path = chance.choice(_articles(files))
    text = files[path].decode()
    head, notice = text[: (start := text.index('<div class="handbill-notice"'))], text[start:]
    files[path] = (_at_random(head, r"(?<=[> ])[a-z]{3,}(?=[ .,<])", lambda match: "other", chance) + notice).encode()
    return f"a word of {path}"


def _nothing(files: Files, chance: random.Random) -> str:
    return "zipped anew"


_EDITS: Mapping[str, tuple[Edit, ...]] = {
    HARMLESS: (_nothing, _words_of_metadata, _another_day, _words_of_article),
    HOSTILE: (
        _page_marked_up,
        _words_changed,
        _notice_changed,
        _style_changed,
        _font_changed,
        _package_changed,
        _file_added,
        _rule_for_all,
    ),
    OF_ARTICLE: (_rule_for_article, _rule_for_article, _article_marked_up),
}

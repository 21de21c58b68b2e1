"""Links whose words do not say where they lead."""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml import etree

from handbill.checks.finding import Finding
from handbill.checks.languages import language_of
from handbill.document import text_of
from handbill.markdown.tree.annotations import WRITTEN
from handbill.markdown.tree.parts import Parts
from handbill.markdown.tree.variants import formats_named, is_shown
from handbill.publication.check_settings import Links

__all__ = ["insecure", "links", "targets"]

_SAY_NOTHING = {
    "ar": "هنا|اضغط هنا|انقر هنا|اقرأ المزيد|المزيد|رابط|الرابط|هذا الرابط",
    "de": "hier|hier klicken|klicken sie hier|klick hier|mehr|mehr lesen|weiterlesen|mehr dazu|link|dieser link|diesen link|diese seite",
    "en": "here|click|click here|tap here|press here|see here|go here|over here|this|this link|this page|this site|this website|link|"
    "the link|this one|more|more here|more info|read more|read more here|see more|learn more|find out more|show more|continue|details|"
    "website|webpage|page|url|source",
    "es": "aquí|aqui|haga clic aquí|haz clic aquí|clic aquí|pulse aquí|más|leer más|ver más|más información|saber más|enlace|este enlace|"
    "esta página",
    "fr": "ici|cliquez ici|cliquer ici|clique ici|plus|lire plus|lire la suite|en savoir plus|voir plus|lien|ce lien|cette page",
    "he": "כאן|לחצו כאן|לחץ כאן|לחצי כאן|קרא עוד|קראו עוד|עוד|קישור|הקישור|קישור זה",
    "it": "qui|clicca qui|cliccare qui|fare clic qui|altro|leggi tutto|leggi di più|scopri di più|maggiori informazioni|link|questo link|"
    "questa pagina",
    "ja": "こちら|ここ|ここをクリック|こちらをクリック|詳細|詳しくはこちら|続きを読む|もっと見る|リンク|このリンク",
    "ko": "여기|여기를 클릭|이곳|더 보기|더보기|자세히|자세히 보기|링크|이 링크",
    "nl": "hier|klik hier|meer|lees meer|lees verder|meer informatie|link|deze link|deze pagina",
    "pl": "tutaj|tu|kliknij tutaj|kliknij tu|więcej|czytaj więcej|czytaj dalej|link|ten link|ta strona",
    "pt": "aqui|clique aqui|mais|leia mais|ler mais|saiba mais|saber mais|ver mais|link|este link|esta ligação|ligação|esta página",
    "ru": "здесь|тут|сюда|нажмите здесь|нажмите сюда|подробнее|далее|читать далее|ещё|ссылка|эта ссылка|по ссылке",
    "uk": "тут|сюди|натисніть тут|детальніше|докладніше|далі|читати далі|ще|посилання|це посилання",
    "vi": "đây|tại đây|ở đây|bấm vào đây|nhấn vào đây|xem thêm|đọc thêm|thêm|liên kết|liên kết này",
    "zh": "这里|此处|這裡|此處|点击这里|点击此处|點擊這裡|點擊此處|更多|了解更多|阅读更多|查看更多|链接|此链接|連結|此連結",
}
"""By language, the words of a link that say nothing where it stands alone; English ones are used in links of any language."""

_PHRASES = {language: frozenset(words.split("|")) for language, words in _SAY_NOTHING.items()}
_CONTEXT = {"p", "li", "td", "th", "dt", "dd", "caption", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6"}


def links(parts: Parts, language: str) -> Iterator[Finding]:
    """Yield each link that has no words, or words that say nothing; `language` is the article's.

    The words around a link, in its paragraph, its list item or its cell, may say it (WCAG 2.1, 2.4.4): such a link is no barrier.
    """
    for link in (link for part in parts.trees() for link in part.iter("a") if link.get("href") and link.get("class") != "noteref"):
        address = link.get(WRITTEN, link.get("href", ""))
        words = " ".join(text_of(link).split())
        images = [image for image in link.iter("img") if image.get("role") != "presentation"]
        if not words and not images:
            message = f"the link to {address} has no words"
            hint = "write what stands there between the brackets: [words](…)"
            yield Finding("empty-link", message, hint, True, link, "link", "", address)
        elif not images and _bare(words) in _phrases(language_of(link, language)):
            alone = not _says_more(link)
            message = f"the link's words, “{words}”, do not say where it leads" + (", and no words stand around it" if alone else "")
            hint = "make words that name the page the link: people go through a text from link to link"
            yield Finding("vague-link", message, hint, alone, link, "link", words, address)


def _phrases(language: str) -> frozenset[str]:
    return _PHRASES.get(language.lower().split("-")[0], frozenset()) | _PHRASES["en"]


def _bare(words: str) -> str:
    """Return words in lower case, without what is neither a letter, a mark nor a digit at their ends."""
    folded = unicodedata.normalize("NFC", words).casefold()
    inner = [number for number, character in enumerate(folded) if unicodedata.category(character)[0] in "LMN"]
    return folded[inner[0] : inner[-1] + 1] if inner else folded


def _says_more(link: etree._Element) -> bool:
    """Tell whether other words stand in the link's paragraph, or in the list items or the cell around it, or name its column or row."""
    for outer in link.iterancestors():
        if outer.tag in _CONTEXT and len(_bare(text_of(outer))) > len(_bare(text_of(link))):
            return True
        if outer.tag in ("td", "th"):
            table = next(outer.iterancestors("table"))
            return any(text_of(cell).strip() for cell in table.iter("th") if cell is not outer)
        if outer.tag in ("section", "aside", "blockquote", "figure"):
            return False
    return False


_LOCAL = (".localhost", ".local", ".onion")
"""Names that no certificate is given for, or that need none (RFC 6761, RFC 6762, RFC 7686)."""


def insecure(parts: Parts, settings: Links) -> Iterator[Finding]:
    """Yield each link that begins with `http:`, but for hosts of one's own machine or network, and those that have no https."""
    for link in (link for part in parts.trees() for link in part.iter("a")):
        address = link.get("href", "")
        if address.startswith("http:") and not _may_be_insecure(urlsplit(address).hostname or "", settings):
            message = f"the link {address} is not secure: what it leads to can be read and changed on the way"
            hint = "write https: where the site has it; a host that has not is named in [links] insecure-hosts of publication.toml"
            yield Finding("insecure-link", message, hint, False, link, "link", text_of(link), link.get(WRITTEN, address))


def _may_be_insecure(host: str, settings: Links) -> bool:
    name = f".{host.rstrip('.').lower()}"
    if name.endswith((*_LOCAL, *(f".{one.strip('. ').lower()}" for one in settings.insecure_hosts))):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def targets(parts: Parts, exporters: Sequence[str]) -> Iterator[Finding]:
    """Yield each link that stands in some format which leaves out what it leads to: there its words stay alone.

    `exporters` are the names of those whose formats every publication has.
    """
    formats = formats_named(parts.body)
    if not formats:
        return
    names = sorted({*exporters, *formats})
    there = {name: element for part in parts.trees() for element in part.iter() if (name := element.get("id"))}
    for link in (link for part in parts.trees() for link in part.iter("a")):
        target = there.get(link.get("href", "")[1:]) if link.get("href", "").startswith("#") else None
        if target is None:
            continue
        lost = [name for name in names if is_shown(link, name, exporters) and not is_shown(target, name, exporters)]
        if lost:
            address = link.get(WRITTEN, link.get("href", ""))
            message = f"what the link {address} leads to is left out in {', '.join(lost)}"
            hint = "its text stays there, the link is left out"
            yield Finding("dead-link", message, hint, False, link, "link", text_of(link), address)

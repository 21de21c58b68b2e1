"""Check of links: words that do not say where a link leads, addresses without encryption, targets that a format leaves out.

The rules are those of WCAG 2.1, 2.4.4, and of the publication's `[links]` settings.
"""

from __future__ import annotations

import ipaddress
import unicodedata
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from lxml import etree

from handbill.checks.finding import Finding
from handbill.checks.languages import element_language
from handbill.document import text_of
from handbill.language.folding import collapse_whitespace, fold_case
from handbill.language.tags import primary_subtag
from handbill.markdown.tree.annotations import written_address
from handbill.markdown.tree.document_parts import Parts
from handbill.markdown.tree.elements import HEADINGS
from handbill.markdown.tree.variants import format_names, is_shown
from handbill.publication.check_settings import Links

__all__ = ["insecure_links", "link_text_findings", "links_without_target"]

_VAGUE_LINK_TEXTS = {
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
"""Link texts that do not say where the link leads, by language, separated by bars. The English ones count in every language."""

_VAGUE_BY_LANGUAGE = {language: frozenset(words.split("|")) for language, words in _VAGUE_LINK_TEXTS.items()}
_CONTEXT_ELEMENTS = {*HEADINGS, "p", "li", "td", "th", "dt", "dd", "caption", "figcaption"}


def link_text_findings(parts: Parts, language: str) -> Iterator[Finding]:
    """Yield a finding for each link that has no words, or whose words do not say where it leads; `language` is the article's.

    Where other words of its paragraph, list item or cell can say it (WCAG 2.1, 2.4.4), the finding is no barrier.
    """
    for link in (link for part in parts.trees() for link in part.iter("a") if link.get("href") and link.get("class") != "noteref"):
        address = written_address(link)
        words = collapse_whitespace(text_of(link))
        images = [image for image in link.iter("img") if image.get("role") != "presentation"]
        if not words and not images:
            message = f"the link to {address} has no words"
            hint = "write what stands there between the brackets: [words](…)"
            yield Finding("empty-link", message, hint, barrier=True, element=link, kind="link", address=address)
        elif not images and _fold_link_text(words) in _vague_texts(element_language(link, language)):
            alone = not _has_context(link)
            message = f"the link's words, “{words}”, do not say where it leads" + (", and no words stand around it" if alone else "")
            hint = "make words that name the page the link: people go through a text from link to link"
            yield Finding("vague-link", message, hint, barrier=alone, element=link, kind="link", words=words, address=address)


def _vague_texts(language: str) -> frozenset[str]:
    """Return the link texts that say nothing in a language."""
    return _VAGUE_BY_LANGUAGE.get(primary_subtag(language), frozenset()) | _VAGUE_BY_LANGUAGE["en"]


def _fold_link_text(words: str) -> str:
    """Return the words without case, and without anything but letters, marks and digits at either end."""
    folded = fold_case(words)
    inner = [number for number, character in enumerate(folded) if unicodedata.category(character)[0] in "LMN"]
    return folded[inner[0] : inner[-1] + 1] if inner else folded


def _has_context(link: etree._Element) -> bool:
    """Return whether a link's context has words of its own: its paragraph, the list items or the cell around it, a table's headers."""
    for outer in link.iterancestors():
        if outer.tag in _CONTEXT_ELEMENTS and len(_fold_link_text(text_of(outer))) > len(_fold_link_text(text_of(link))):
            return True
        if outer.tag in ("td", "th"):
            table = next(outer.iterancestors("table"))
            return any(text_of(cell).strip() for cell in table.iter("th") if cell is not outer)
        if outer.tag in ("section", "aside", "blockquote", "figure"):
            return False
    return False


_LOCAL_DOMAINS = (".localhost", ".local", ".onion")
"""Domains for which no certificate is issued, or which need none (RFC 6761, RFC 6762, RFC 7686)."""


def insecure_links(parts: Parts, settings: Links) -> Iterator[Finding]:
    """Yield a finding for each `http:` link, but for local hosts and for the hosts that the settings name as having no https."""
    for link in (link for part in parts.trees() for link in part.iter("a")):
        address = link.get("href", "")
        if address.startswith("http:") and not _may_be_unencrypted(urlsplit(address).hostname or "", settings):
            message = f"the link {address} is not secure: what it leads to can be read and changed on the way"
            hint = "write https: where the site has it; a host that has not is named in [links] insecure-hosts of publication.toml"
            yield Finding(
                "insecure-link", message, hint, barrier=False, element=link, kind="link", words=text_of(link), address=written_address(link)
            )


def _may_be_unencrypted(host: str, settings: Links) -> bool:
    """Return whether links to a host may be unencrypted: a local domain, a private address, or a host that the settings name."""
    name = f".{host.rstrip('.').lower()}"
    if name.endswith((*_LOCAL_DOMAINS, *(f".{one.strip('. ').lower()}" for one in settings.insecure_hosts))):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def links_without_target(parts: Parts, exporters: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each link inside the article whose target some format leaves out although it shows the link.

    `exporters` are the names of the built-in exporters, whose formats every publication has.
    """
    formats = format_names(parts.body)
    if not formats:
        return
    names = sorted({*exporters, *formats})
    targets_by_id = {name: element for part in parts.trees() for element in part.iter() if (name := element.get("id"))}
    for link in (link for part in parts.trees() for link in part.iter("a")):
        target = targets_by_id.get(link.get("href", "")[1:]) if link.get("href", "").startswith("#") else None
        if target is None:
            continue
        lost = [name for name in names if is_shown(link, name, exporters) and not is_shown(target, name, exporters)]
        if lost:
            address = written_address(link)
            message = f"what the link {address} leads to is left out in {', '.join(lost)}"
            hint = "its text stays there, the link is left out"
            yield Finding("dead-link", message, hint, barrier=False, element=link, kind="link", words=text_of(link), address=address)

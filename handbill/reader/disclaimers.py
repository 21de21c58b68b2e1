"""Disclaimers: read, held to the few elements that every format shows alike, and found in the article's own language."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.diagnostics.diagnostic import suggestion
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import at, diagnostic
from handbill.document import Disclaimer
from handbill.language.tags import lineage, same_language
from handbill.publication.disclaimer_profiles import Profile
from handbill.publication.settings import DISCLAIMERS_FOLDER
from handbill.reader.disclaimer_page import ReadDisclaimer
from handbill.system.paths import confined

__all__ = ["Disclaimers"]


@dataclass(slots=True)
class Disclaimers:
    """The disclaimers of a publication, each read once; or the one file that `--disclaimer` names, for all.

    `root` is the publication's folder, `language` its language, `profiles` are those that it defines.
    """

    root: Path
    language: str
    override: Path | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    read: dict[str, ReadDisclaimer | SourceError] = field(default_factory=dict)

    def find(self, name: str, language: str) -> Disclaimer:
        """Return the disclaimer of that id in that language. Raises SourceError; without a path where the id is at fault."""
        return self.find_read(name, language).disclaimer

    def find_read(self, name: str, language: str) -> ReadDisclaimer:
        """Return the same with what the pipeline needs."""
        if self.override is not None:
            path = Path(os.path.relpath(self.override, self.root)).as_posix()
            found = self._read(path, self.override.stem, self.language)
            self._hold_language(found, language, path)
            return found
        if not name:
            raise SourceError(
                diagnostic(
                    "no-disclaimer",
                    "no disclaimer is named, and every handout has one",
                    hint="name it: --disclaimer FILE, or disclaimer = in publication.toml, or disclaimer: in the front matter",
                )
            )
        for path, tag in self._candidates(name, language):
            if self._is_there(path):
                found = self._read(path, name, tag)
                if same_language(found.disclaimer.language, language):
                    return found
        raise self._missing(name, language)

    def all_in(self, language: str) -> list[Disclaimer]:
        """Return every disclaimer that an article in a language may have; those that cannot be read are left out."""
        folder = self.root / DISCLAIMERS_FOLDER
        names = {file.name.removesuffix(".md") for file in folder.glob("*.md")} if folder.is_dir() else set()
        found = {}
        for name in sorted({name.partition(".")[0] for name in names} | names):
            with contextlib.suppress(SourceError):
                disclaimer = self.find(name, language)
                found[disclaimer.id, disclaimer.body] = disclaimer
        return list(found.values())

    def consulted(self, name: str, language: str) -> dict[str, bool]:
        """Return the paths that decide which disclaimer is found, below the publication's folder, and whether there is a file."""
        found = self.find_read(name, language)
        if self.override is not None:
            return {found.path: True}
        paths = [path for path, _ in self._candidates(name, language)]
        return {path: self._is_there(path) for path in paths[: paths.index(found.path) + 1]}

    def _is_there(self, path: str) -> bool:
        file = confined(self.root, path)
        return file is not None and file.is_file()

    def _candidates(self, name: str, language: str) -> Iterator[tuple[str, str]]:
        """Yield where the disclaimer may be, best first, and the language that each file is in where it does not say."""
        if not re.fullmatch(r"[^./\\][^/\\]*", name):
            return
        yield f"{DISCLAIMERS_FOLDER}/{name}.{language}.md", language
        if language == self.language:
            yield f"{DISCLAIMERS_FOLDER}/{name}.md", self.language
        parts = language.split("-")
        shorter = ("-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
        for tag in dict.fromkeys((*lineage(language), *shorter)):
            yield f"{DISCLAIMERS_FOLDER}/{name}.{tag}.md", tag
        yield f"{DISCLAIMERS_FOLDER}/{name}.md", self.language

    def _missing(self, name: str, language: str) -> SourceError:
        folder = self.root / DISCLAIMERS_FOLDER
        there = sorted(file.name.removesuffix(".md") for file in folder.glob("*.md")) if folder.is_dir() else []
        if name in there:
            message = f"the disclaimer `{name}` is not there in the article's language, {language}"
            hint = f"write {DISCLAIMERS_FOLDER}/{name}.{language}.md, with lang: {language}"
        else:
            message = f"there is no disclaimer `{name}`: {DISCLAIMERS_FOLDER}/{name}.md is missing"
            hint = suggestion(name, there) if there else f"write {DISCLAIMERS_FOLDER}/{name}.md"
        return SourceError(diagnostic("no-disclaimer", message, hint=hint))

    def _hold_language(self, found: ReadDisclaimer, language: str, path: str) -> None:
        if not same_language(found.disclaimer.language, language):
            message = f"the article is in {language}, the disclaimer in {found.disclaimer.language}"
            hint = f"give a disclaimer in {language}, or say lang: in its front matter"
            raise SourceError(diagnostic("disclaimer-language", message, at(path, 1, 1), hint))

    def _read(self, path: str, name: str, language: str) -> ReadDisclaimer:
        if path not in self.read:
            # An unchanged build reads none.
            from handbill.reader.disclaimer_page import read_disclaimer

            try:
                self.read[path] = read_disclaimer(self.root, path, name, language, self.profiles)
            except SourceError as error:
                self.read[path] = error
        found = self.read[path]
        if isinstance(found, SourceError):
            raise found
        return found

"""The disclaimers of a publication: the file of an id in an article's language is looked up by its name, and read once."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from handbill.diagnostics.diagnostic import suggestion
from handbill.diagnostics.errors import SourceError
from handbill.diagnostics.rules import diagnostic, location
from handbill.document import Disclaimer
from handbill.language.tags import fallback_chain, same_language
from handbill.publication.disclaimer_profiles import Profile
from handbill.publication.settings import DISCLAIMERS_FOLDER
from handbill.reader.disclaimer_file import ReadDisclaimer
from handbill.system.paths import path_inside

__all__ = ["Disclaimers"]


@dataclass(slots=True)
class Disclaimers:
    """The disclaimers of a publication; or the one file that `--disclaimer` names, for all articles.

    `root` is the publication's folder, `language` its language, `override` the file that the command line names, `profiles` are those that
    the publication defines. `by_path` holds each disclaimer that was read, or the error of reading it.
    """

    root: Path
    language: str
    override: Path | None = None
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    by_path: dict[str, ReadDisclaimer | SourceError] = field(default_factory=dict)

    def find(self, name: str, language: str) -> Disclaimer:
        """Return the disclaimer of an id in a language. Raises SourceError, without a path where the id is wrong."""
        return self.find_read(name, language).disclaimer

    def find_read(self, name: str, language: str) -> ReadDisclaimer:
        """Return the same with its path, its deadlines and the diagnostics of its reading."""
        if self.override is not None:
            path = Path(os.path.relpath(self.override, self.root)).as_posix()
            found = self._read(path, self.override.stem, self.language)
            self._check_language(found, language, path)
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
            if self._exists(path):
                found = self._read(path, name, tag)
                if same_language(found.disclaimer.language, language):
                    return found
        raise self._not_found(name, language)

    def all_in(self, language: str) -> list[Disclaimer]:
        """Return every disclaimer that an article in a language may have, without those that cannot be read."""
        names = self._names()
        found = {}
        for name in sorted({name.partition(".")[0] for name in names} | names):
            with contextlib.suppress(SourceError):
                disclaimer = self.find(name, language)
                found[disclaimer.id, disclaimer.body] = disclaimer
        return list(found.values())

    def consulted_paths(self, name: str, language: str) -> dict[str, bool]:
        """Return the paths that were looked at to find a disclaimer, relative to the publication, and whether there is a file at each."""
        found = self.find_read(name, language)
        if self.override is not None:
            return {found.path: True}
        paths = [path for path, _ in self._candidates(name, language)]
        return {path: self._exists(path) for path in paths[: paths.index(found.path) + 1]}

    def _names(self) -> set[str]:
        """Return the names of the files of disclaimers, without `.md`."""
        folder = self.root / DISCLAIMERS_FOLDER
        return {file.name.removesuffix(".md") for file in folder.glob("*.md")} if folder.is_dir() else set()

    def _exists(self, path: str) -> bool:
        file = path_inside(self.root, path)
        return file is not None and file.is_file()

    def _candidates(self, name: str, language: str) -> Iterator[tuple[str, str]]:
        """Yield the paths at which the disclaimer may be, best first, each with the language of a file that does not state one."""
        if not re.fullmatch(r"[^./\\][^/\\]*", name):
            return
        yield f"{DISCLAIMERS_FOLDER}/{name}.{language}.md", language
        if language == self.language:
            yield f"{DISCLAIMERS_FOLDER}/{name}.md", self.language
        parts = language.split("-")
        shorter = ("-".join(parts[:length]) for length in range(len(parts) - 1, 0, -1))
        for tag in dict.fromkeys((*fallback_chain(language), *shorter)):
            yield f"{DISCLAIMERS_FOLDER}/{name}.{tag}.md", tag
        yield f"{DISCLAIMERS_FOLDER}/{name}.md", self.language

    def _not_found(self, name: str, language: str) -> SourceError:
        """Return the error of an id that has no file in a language."""
        there = self._names()
        if name in there:
            message = f"the disclaimer `{name}` is not there in the article's language, {language}"
            hint = f"write {DISCLAIMERS_FOLDER}/{name}.{language}.md, with lang: {language}"
        else:
            message = f"there is no disclaimer `{name}`: {DISCLAIMERS_FOLDER}/{name}.md is missing"
            hint = suggestion(name, there) if there else f"write {DISCLAIMERS_FOLDER}/{name}.md"
        return SourceError(diagnostic("no-disclaimer", message, hint=hint))

    def _check_language(self, found: ReadDisclaimer, language: str, path: str) -> None:
        """Raise SourceError where a disclaimer is in another language than the article."""
        if not same_language(found.disclaimer.language, language):
            message = f"the article is in {language}, the disclaimer in {found.disclaimer.language}"
            hint = f"give a disclaimer in {language}, or say lang: in its front matter"
            raise SourceError(diagnostic("disclaimer-language", message, location(path, 1, 1), hint))

    def _read(self, path: str, name: str, language: str) -> ReadDisclaimer:
        if path not in self.by_path:
            # An unchanged build reads none.
            from handbill.reader.disclaimer_file import read_disclaimer

            try:
                self.by_path[path] = read_disclaimer(self.root, path, name, language, self.profiles)
            except SourceError as error:
                self.by_path[path] = error
        found = self.by_path[path]
        if isinstance(found, SourceError):
            raise found
        return found

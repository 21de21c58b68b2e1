"""Builds of parts of a publication put together: what the shards made becomes what one build would have made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from handbill.builder import cache
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_errors
from handbill.proof.manifest import MANIFEST_NAME, ArticleRecord, Handout, Manifest
from handbill.proof.manifest_file import read_manifest, write_manifest
from handbill.system import files

__all__ = ["merge"]


def merge(builds: Sequence[Path], output: Path) -> list[Handout]:
    """Put the handouts of several build folders into one, with one manifest, and return them by name.

    What an earlier manifest there says of the same publications and no build has goes, unless other hands have changed it. Raises
    ProofError, and changes nothing, where a file is not what its manifest says, or two builds differ about one.
    """
    found: dict[str, tuple[Path, Handout]] = {}
    parts: list[Manifest] = []
    wrong: list[Diagnostic] = []
    for build in builds:
        with rebase_errors(build):
            part = read_manifest(build)
        if files.read(build, MANIFEST_NAME) is None:
            message, hint = "no handout was built here", "name the folders that handbill build --shard wrote"
            wrong.append(diagnostic("no-manifest", message, location(str(build)), hint))
        parts.append(part)
        for name, row in part.handouts.items():
            other = found.setdefault(name, (build, row))
            if other[1] != row:
                message = f"{other[0] / name} is another handout than this"
                hint = "build every shard of one commit, each into a folder of its own"
                wrong.append(diagnostic("two-handouts", message, location(str(build / name)), hint))
            if not row.vouches_for(files.read(build, name) or b""):
                message, hint = "the file is not what the manifest says", "build it anew"
                wrong.append(diagnostic("changed-handout", message, location(str(build / name)), hint))
    if wrong:
        raise ProofError(wrong)
    with files.lock(output):
        files.remove_partial_files(output)
        # It goes with the manifest that was.
        files.remove(output / cache.FILE)
        with rebase_errors(output):
            old = read_manifest(output)
        merged = _merged(parts, {name: row for name, (_, row) in found.items()})
        for name, (build, row) in found.items():
            there = files.read(output, name)
            if there is None or not row.vouches_for(there):
                files.replace(output, name, files.read(build, name) or b"")
        publications = {row.publication for row in merged.handouts.values()} | {row.publication for row in merged.expired}
        publications |= {failure.publication for failure in merged.failed}
        for name, row in old.handouts.items():
            if name not in merged.handouts and row.publication in publications and row.vouches_for(files.read(output, name) or b""):
                files.remove(output / name)
        others = {name: row for name, row in old.handouts.items() if row.publication not in publications}
        failed = tuple(one for one in old.failed if one.publication not in publications)
        rest = Manifest(
            others, old.disclaimers, tuple(row for row in old.expired if row.publication not in publications), old.articles, failed
        )
        write_manifest(output, _merged([rest, *parts], {**others, **merged.handouts}))
    return [merged.handouts[name] for name in sorted(merged.handouts)]


def _merged(parts: Sequence[Manifest], handouts: dict[str, Handout]) -> Manifest:
    """Return one manifest of several; where two say something of one article, the later one counts."""
    texts = {digest: text for part in parts for digest, text in part.disclaimers.items()}
    abouts: dict[tuple[str, str], ArticleRecord] = {about.key: about for part in parts for about in part.articles}
    expired = dict.fromkeys(row for part in parts for row in part.expired)
    failed = {failure.file: failure for part in parts for failure in part.failed if failure.file not in handouts}
    return Manifest(handouts, texts, tuple(expired), tuple(abouts.values()), tuple(failed.values()))

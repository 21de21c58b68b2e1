"""Merge of build folders: the handouts that `build --shard` made in several folders go into one folder with one manifest.

The result equals that of one build without shards. `merge` checks all folders before it changes anything.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

from handbill.builder import cache
from handbill.builder.build_folder import WritePermission, open_build_folder
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import ProofError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_errors
from handbill.proof.manifest import MANIFEST_NAME, ArticleRecord, Handout, Manifest
from handbill.proof.manifest_file import read_manifest, write_manifest
from handbill.system import files, interrupts
from handbill.system.digests import sha256_of
from handbill.system.run_limits import RunLimits, RunMeter, end_with_error

__all__ = ["merge"]


def merge(
    builds: Sequence[Path],
    output: Path,
    overwrite: Collection[str] = (),
    limits: RunLimits = RunLimits(),  # noqa: B008 - it is frozen
) -> list[Handout]:
    """Put the handouts of several build folders into one, with one manifest, and return them sorted by file name.

    A handout of the same publications that the output folder has and no build has is removed, unless its file was changed since it was
    built. Rows of other publications stay. Raises ProofError, and changes nothing, where a file does not match its manifest, or two builds
    have different handouts of one name; MachineError, and changes nothing, where a file stands in the output folder that handbill did not
    write there, unless its name is in `overwrite`; MachineError where the run reaches one of its limits. If it ends early, what it had
    written by then is in the manifest.
    """
    meter = RunMeter(limits)
    with end_with_error(meter):
        return _merge(builds, output, overwrite, meter)


def _merge(builds: Sequence[Path], output: Path, overwrite: Collection[str], meter: RunMeter) -> list[Handout]:
    """Merge as `merge` does, and count the bytes that are written with `meter`."""
    handouts: dict[str, tuple[Path, Handout]] = {}
    parts: list[Manifest] = []
    problems: list[Diagnostic] = []
    for build in builds:
        with rebase_errors(build):
            part = read_manifest(build)
        if files.read(build, MANIFEST_NAME) is None:
            message, hint = "no handout was built here", "name the folders that handbill build --shard wrote"
            problems.append(diagnostic("no-manifest", message, location(str(build)), hint))
        parts.append(part)
        for name, row in part.handouts.items():
            first = handouts.setdefault(name, (build, row))
            if first[1] != row:
                message = f"{first[0] / name} is another handout than this"
                hint = "build every shard of one commit, each into a folder of its own"
                problems.append(diagnostic("two-handouts", message, location(str(build / name)), hint))
            if not row.vouches_for(files.read(build, name) or b""):
                message, hint = "the file is not what the manifest says", f"handbill build --overwrite {shlex.quote(name)} builds it anew"
                problems.append(diagnostic("changed-handout", message, location(str(build / name)), hint))
        for name in dict.fromkeys(row.seal_file for row in part.handouts.values() if row.seal):
            if sha256_of(files.read(build, name) or b"") != part.files()[name]:
                message, hint = "the sealed page is missing or was changed", "build the shard again"
                problems.append(diagnostic("no-seal", message, location(str(build / name)), hint))
    if problems:
        raise ProofError(problems)
    meter.require_handouts(len(handouts))
    meter.require_room(sum(row.size for _, row in handouts.values()))
    wanted = {name: row.sha256 for name, (_, row) in handouts.items()}
    permission = WritePermission({row.seal_file: row.seal for _, row in handouts.values() if row.seal} | wanted, overwrite)
    with open_build_folder(output, permission) as folder:
        # The cache belongs to the manifest that is replaced.
        files.remove(output / cache.FILE)
        old = folder.manifest
        merged = _merge_manifests(parts, {name: row for name, (_, row) in handouts.items()})
        written: dict[str, Handout] = {}
        try:
            for name, (build, row) in handouts.items():
                content = files.read(output, name)
                with interrupts.hold_interrupts():
                    if row.seal:
                        folder.write_seal(row, files.read(build, row.seal_file) or b"")
                    if content is None or not row.vouches_for(content):
                        folder.write(name, files.read(build, name) or b"")
                    written[name] = row
        finally:
            if len(written) < len(handouts):
                with interrupts.hold_interrupts():
                    write_manifest(output, _merge_manifests([old, *parts], {**old.handouts, **written}))
        publications = {row.publication for row in merged.handouts.values()} | {row.publication for row in merged.expired}
        publications |= {row.publication for row in merged.failed}
        for name, row in old.handouts.items():
            is_gone = name not in merged.handouts and row.publication in publications
            if is_gone and not folder.is_kept_under_another_name(row, merged):
                folder.remove(row)
        other_rows = {name: row for name, row in old.handouts.items() if row.publication not in publications}
        missing = tuple(one for one in old.failed if one.publication not in publications)
        rest = Manifest(
            other_rows, old.disclaimers, tuple(row for row in old.expired if row.publication not in publications), old.articles, missing
        )
        result = _merge_manifests([rest, *parts], {**other_rows, **merged.handouts})
        write_manifest(output, result)
        folder.settle(result)
    return [merged.handouts[name] for name in sorted(merged.handouts)]


def _merge_manifests(parts: Sequence[Manifest], handouts: dict[str, Handout]) -> Manifest:
    """Return one manifest of several, with these handouts; of two records of one article the later one counts."""
    texts = {digest: text for part in parts for digest, text in part.disclaimers.items()}
    articles: dict[tuple[str, str], ArticleRecord] = {record.key: record for part in parts for record in part.articles}
    expired = dict.fromkeys(row for part in parts for row in part.expired)
    missing = {row.file: row for part in parts for row in part.failed if row.file not in handouts}
    return Manifest(handouts, texts, tuple(expired), tuple(articles.values()), tuple(missing.values()))

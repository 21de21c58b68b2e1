"""The verification of a build folder: each handout is accepted again, from its bytes and the manifest alone.

It needs neither the sources nor the publication's settings. It finds handouts that are missing or were changed, that do not carry the
disclaimer that the manifest names, or that claim another conformance, and files that the manifest does not know.

`verify` makes a job for each handout; `verify_handout` does one. `handbill.rendering.verification` runs them in worker processes.
"""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handbill.contract import Exporter
from handbill.diagnostics.diagnostic import Diagnostic
from handbill.diagnostics.errors import HandbillError, ProofError
from handbill.diagnostics.rules import diagnostic, location
from handbill.diagnostics.user_paths import rebase_diagnostic, rebase_errors
from handbill.proof.acceptance import Acceptance, Wanted, accept
from handbill.proof.disclaimer import ExpectedDisclaimer, Proof
from handbill.proof.image_difference import ImageDifference, image_differences
from handbill.proof.manifest import MANIFEST_NAME, Handout, Manifest
from handbill.proof.manifest_file import read_manifest
from handbill.registry import registrations
from handbill.system import files
from handbill.system.bounds import DEFAULT_BOUNDS, maximum
from handbill.system.digests import sha256_of

__all__ = ["Verification", "VerificationJob", "failed_verification", "verify", "verify_handout"]

_HARD_BOUNDS = dataclasses.replace(DEFAULT_BOUNDS, pages=maximum("pages"))
"""The bounds that hold for a build folder. It does not say what its publications had set: they may have allowed more than the default,
but never more than the maximum. That a handout still has the pages that were counted when it was built, its proof in the manifest says.
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """The result for one file: the place of its disclaimer (None if it was not read back whole), and what is wrong with it.

    `stale` is copied from the manifest: the article has failed since the handout was built. `claims` are the standards that the
    handout says it conforms to, read from its bytes. `images` show what differs from the sealed page, where the job asked for them.
    """

    file: str
    proof: Proof | None
    problems: tuple[Diagnostic, ...]
    stale: bool = False
    claims: tuple[str, ...] = ()
    images: tuple[ImageDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class VerificationJob:
    """A handout to verify: its build folder, its row of the manifest, and the manifest's text of its disclaimer, None without one.

    With `images`, the result of a handout that is refused has pictures of what differs from the sealed page.
    """

    build: Path
    handout: Handout
    wanted: ExpectedDisclaimer | None
    images: bool = False

    @property
    def file(self) -> str:
        """The name of the handout's file below the build folder."""
        return self.handout.file

    @property
    def exporter(self) -> str:
        """The name of the exporter that reads the handout back."""
        return self.handout.exporter


RunVerifications = Callable[[Iterable[VerificationJob]], Iterable[Verification]]
"""Runs jobs somewhere: returns the result of each, in any order."""


def verify(build: Path, run: RunVerifications) -> list[Verification]:
    """Return the result for each handout of a build folder's manifest and for each file that the manifest does not know, sorted by file.

    `run` verifies the handouts, the largest first, so that none is left alone at the end.

    Files whose name, or whose folder's name, begins with a dot are passed over. Raises ProofError if there is no manifest or it is
    damaged, MachineError if it cannot be read, ConfigurationError if two distributions bring an exporter of the same name.
    """
    with rebase_errors(build):
        if files.read(build, MANIFEST_NAME) is None:
            message = "there is no manifest: nothing here is vouched for"
            raise ProofError(diagnostic("manifest", message, location(MANIFEST_NAME), "handbill build makes it"))
        manifest = read_manifest(build)
    registrations()
    largest_first = sorted(manifest.handouts.values(), key=lambda handout: -handout.size)
    found = list(run(VerificationJob(build, handout, manifest.disclaimers.get(handout.disclaimer)) for handout in largest_first))
    found += [
        Verification(
            name, None, (_error(build, "unknown-file", "the manifest does not know this file", name, "move it out of the folder"),)
        )
        for name in _unknown_files(build, manifest)
    ]
    return sorted(found, key=lambda row: row.file)


def _error(build: Path, code: str, message: str, file: str, hint: str = "") -> Diagnostic:
    return rebase_diagnostic(diagnostic(code, message, location(file), hint), build)


def _unknown_files(build: Path, manifest: Manifest) -> list[str]:
    """Return the names, below the build folder, of files that the manifest does not know. A link counts as a file."""
    names = (file.relative_to(build) for file in build.rglob("*") if file.is_symlink() or not file.is_dir())
    shown = (name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts))
    known = {MANIFEST_NAME, *manifest.files()}
    return [name for name in shown if name not in known]


def failed_verification(job: VerificationJob, code: str, message: str, hint: str = "build it anew") -> Verification:
    """Return the result for a handout that could not be verified to the end, and why."""
    return Verification(job.file, None, (_error(job.build, code, message, job.file, hint),), job.handout.stale)


def verify_handout(job: VerificationJob, load: Callable[[str], Exporter[Any]]) -> Verification:
    """Return the result for one handout; `load` returns the exporter of a name. Raises MemoryError where it takes too much memory."""
    build, handout = job.build, job.handout

    def error(code: str, message: str, hint: str = "") -> Diagnostic:
        return _error(build, code, message, handout.file, hint)

    content = files.read(build, handout.file)
    if content is None:
        return Verification(handout.file, None, (error("missing-handout", "the file is missing", "build it anew"),), handout.stale)
    problems: list[Diagnostic] = []
    remedy = "build it anew"
    if not handout.vouches_for(content):
        remedy = f"handbill build --overwrite {shlex.quote(handout.file)} builds it anew"
        problems.append(error("changed-handout", "the file was changed since it was built", remedy))
    wanted = job.wanted
    if wanted is None or wanted.digest() != handout.disclaimer:
        message, hint = "the manifest's text of its disclaimer is missing or was changed", "handbill build --force makes all anew"
        problems.append(error("manifest", message, hint))
        return Verification(handout.file, None, tuple(problems), handout.stale)
    seal = files.read(build, handout.seal_file) if handout.seal else None
    if handout.seal and (seal is None or sha256_of(seal) != handout.seal):
        message = f"its sealed page, {handout.seal_file}, is missing or was changed"
        problems.append(error("no-seal", message, "handbill build makes it anew"))
        return Verification(handout.file, None, tuple(problems), handout.stale)
    accepted = _acceptance(content, Wanted(wanted, seal, handout.marked, _HARD_BOUNDS), handout.exporter, load)
    if isinstance(accepted, HandbillError):
        problems.extend(error(one.code, one.message, remedy) for one in accepted.diagnostics)
        images = image_differences(accepted) if job.images else ()
        return Verification(handout.file, None, tuple(problems), handout.stale, images=images)
    if accepted.proof != handout.proof:
        problems.append(error("changed-handout", "its disclaimer stands elsewhere than the manifest says", remedy))
    if accepted.conformance != handout.claims:
        message = f"it claims to conform to {_enumeration(accepted.conformance)}, and the manifest says: {_enumeration(handout.claims)}"
        problems.append(error("changed-claims", message, remedy))
    return Verification(handout.file, accepted.proof, tuple(problems), handout.stale, accepted.conformance)


def _enumeration(claims: Sequence[str]) -> str:
    return ", ".join(claims) or "nothing"


def _acceptance(content: bytes, wanted: Wanted, exporter: str, load: Callable[[str], Exporter[Any]]) -> Acceptance | HandbillError:
    """Return what a handout's bytes carry, read back by its exporter; or the error that keeps it from acceptance."""
    try:
        return accept(load(exporter), content, wanted)
    except HandbillError as error:
        return error
    except MemoryError:
        raise
    except Exception as error:
        # Bytes that somebody has tampered with may break their reader: that is an answer too, and the others are still verified.
        message = f"it cannot be read back: {type(error).__name__}: {error}"
        return ProofError(diagnostic("unreadable-handout", message))

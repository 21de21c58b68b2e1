"""Publishing a build folder to a target: every handout is verified, and what changed is sent, read back and recorded in the manifest.

The manifest is written last: until then the site shows what was published before. A journal at the target lists the paths of a run
that has not ended, so that the next run can clean up after one that died.
"""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from handbill.diagnostics.errors import MachineError, ProofError, PublishError, UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.diagnostics.user_paths import rebase_errors
from handbill.proof.manifest import MANIFEST_NAME, Handout, Manifest
from handbill.proof.manifest_file import read_manifest
from handbill.publishing.entries import handout_path
from handbill.publishing.foreign_files import (
    JOURNAL,
    RunPaths,
    foreign_own_files,
    foreign_partial_files,
    is_journal,
    refuse_foreign_files,
)
from handbill.publishing.lease import LEASE_SECONDS, Lease, delete_expired_leases, has_lease, hold_lease
from handbill.publishing.paths import Reservation, ReservedPaths, is_site_path
from handbill.publishing.site import Site, keep_failed_handouts, site
from handbill.publishing.target import Target
from handbill.publishing.target_state import Published, is_target_manifest, manifest_bytes, read_published
from handbill.rendering.verification import VerificationSettings, verify_build
from handbill.system import files
from handbill.system.digests import sha256_of
from handbill.system.run_limits import RunMeter

__all__ = ["PublishResult", "PublishSettings", "publish"]


@dataclass(frozen=True, slots=True)
class PublishSettings:
    """How to publish. `now`, an aware datetime, is the date of changes; `keep` is how many versions of a handout stay.

    `adopt` allows to overwrite foreign files, `replace` to replace another publication. With `repair` the files that the target's
    manifest names are read back, and sent again where they differ. `lease` is in seconds. `verification` is how the handouts are verified
    first.
    """

    now: datetime.datetime
    base_url: str = ""
    keep: int = 1
    dry_run: bool = False
    adopt: bool = False
    replace: bool = False
    repair: bool = False
    lease: float = LEASE_SECONDS
    clock: Callable[[], float] = time.time
    verification: VerificationSettings = field(default_factory=VerificationSettings)


@dataclass(frozen=True, slots=True)
class PublishResult:
    """The paths that were sent and deleted, in order, or would be in a dry run; and the names of the withdrawn articles."""

    sent: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """The paths to send and to delete, in order, and the site that results; `manifest` is whether the target's manifest must be written.

    `journal` are the paths that a run which died may have left; `known` are all paths at which handbill has written, or may have.
    `published` are the SHA-256 of what it wrote, by path, where that is certain.
    """

    wanted: Site
    send: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    manifest: bool = False
    journal: tuple[str, ...] = field(default=(), repr=False)
    known: frozenset[str] = field(default=frozenset(), repr=False)
    published: Mapping[str, str] = field(default_factory=dict, repr=False)

    def refuse_foreign_files(self, target: Target, settings: PublishSettings) -> None:
        """Raise MachineError where a file stands in the way that handbill did not write.

        Whether a file was changed since it was published is looked at in a folder alone, where it costs no transfer, and not for a repair.
        """
        new = tuple(path for path in self.send if path not in self.known)
        is_read = target.local and not settings.repair
        replaced = {path: self.published[path] for path in (*self.send, *self.delete) if is_read and path in self.published}
        # A run that died may have left partial files: then there is a journal.
        partial = foreign_partial_files(target, self.send) if target.local and not self.journal else []
        own = (*foreign_own_files(target), *partial)
        refuse_foreign_files(target, RunPaths(new, self.known, replaced, own), adopt=settings.adopt)


def publish(build: Path, target: Target, settings: PublishSettings) -> PublishResult:
    """Publish the handouts of a build folder, and return what was done.

    Raises, before anything is sent, UsageError where the target is in the build folder; ProofError where a handout does not pass its
    proof; MachineError where a foreign file is in the way or the run would be over one of its limits; PublishError where the build cannot
    be published beside what is at the target for another reason. Raises PublishError too where the target fails or is busy. A run that
    died can be repeated.
    """
    _refuse_build_folder(build, target)
    proven = _verified_manifest(build, settings.verification)
    before = _read_manifest(target)
    manifest = keep_failed_handouts(proven, read_published(before))
    damaged = _damaged_paths(target) if settings.repair else frozenset[str]()
    plan = _make_plan(manifest, target, settings, damaged, sure=not _has_journal(target))
    meter = RunMeter(settings.verification.run)
    meter.require_room(_size(plan))
    if settings.dry_run:
        plan.refuse_foreign_files(target, settings)
    elif plan.manifest:
        _refuse_before_lease(plan, target, settings, before)
        with hold_lease(target, settings.lease, settings.clock) as lease:
            # Another run may have published before the lease was taken.
            manifest = keep_failed_handouts(proven, read_published(_read_manifest(target)))
            plan = _make_plan(manifest, target, settings, damaged, sure=not (_has_journal(target) or lease.left_behind))
            meter.require_room(_size(plan))
            plan.refuse_foreign_files(target, settings)
            _execute(plan, build, manifest, target, lease)
    else:
        delete_expired_leases(target, settings.clock)
    withdrawn = (mark for mark in plan.wanted.published.marks.items() if mark[1].withdrawn)
    return PublishResult((*plan.send, *((MANIFEST_NAME,) if plan.manifest else ())), plan.delete, tuple(name for name, _ in withdrawn))


def _refuse_before_lease(plan: _Plan, target: Target, settings: PublishSettings, before: bytes | None) -> None:
    """Raise MachineError where a foreign file is in the way, so that not even a lease is written; `before` is the manifest of the plan.

    At a target that is no folder here every look is a transfer: there only handbill's own files are looked at.
    """
    own = foreign_own_files(target)
    if own and not target.local:
        refuse_foreign_files(target, RunPaths((), (), own=own), adopt=settings.adopt)
    if target.local:
        try:
            plan.refuse_foreign_files(target, settings)
        except MachineError:
            # What another run is sending just now is not foreign: with the lease it is looked at again.
            if own or not (has_lease(target) or _read_manifest(target) != before):
                raise


def _size(plan: _Plan) -> int:
    """Return how many bytes a plan sends, without the manifest."""
    parts = (plan.wanted.handouts, plan.wanted.versions, plan.wanted.latest)
    sizes = {path: row.size for part in parts for path, row in part.items()}
    sizes |= {path: len(content) for path, content in plan.wanted.pages.items()}
    # A sealed page is smaller than the handout.
    sizes |= {path: row.size for path, row in plan.wanted.seals.items()}
    return sum(sizes[path] for path in plan.send)


def _refuse_build_folder(build: Path, target: Target) -> None:
    if target.folder is not None and target.folder.resolve().is_relative_to(build.resolve()):
        message = f"{target.address} is in the build folder {build}, where no file may be that is not a handout"
        raise UsageError(diagnostic("target", message, hint="publish to a folder beside it"))


def _verified_manifest(build: Path, settings: VerificationSettings) -> Manifest:
    problems = [problem for row in verify_build(build, settings) for problem in row.problems]
    if problems:
        raise ProofError([*problems, diagnostic("not-published", "nothing is published", hint="build anew, then publish")])
    with rebase_errors(build):
        manifest = read_manifest(build)
    named = {article.key for article in manifest.articles}
    nameless = sorted(row.file for row in manifest.handouts.values() if (row.publication, row.source) not in named)
    if nameless:
        message = f"the manifest says nothing of the article of {nameless[0]}: it was built by an earlier handbill"
        raise PublishError(diagnostic("not-published", message, hint="build anew, then publish"))
    return manifest


def _has_journal(target: Target) -> bool:
    return target.read(JOURNAL) is not None


def _read_manifest(target: Target) -> bytes | None:
    """Return the bytes of the target's manifest, None where there is none or a foreign file stands in its place."""
    content = target.read(MANIFEST_NAME)
    return content if content is None or is_target_manifest(content) else None


def _damaged_paths(target: Target) -> frozenset[str]:
    """Return the paths of the target's manifest whose file is missing or has another digest."""
    published = read_published(_read_manifest(target))
    contents = ((path, digest, target.read(path)) for path, digest in sorted(published.digests.items()))
    return frozenset(path for path, digest, content in contents if content is None or sha256_of(content) != digest)


def _refuse_another_publication(manifest: Manifest, before: Published) -> None:
    """Raise PublishError where the target has handouts of other publications only."""
    there = {row.publication for rows in before.handouts.values() for row in rows}
    ours = {article.publication for article in manifest.articles}
    if there and there.isdisjoint(ours):
        message = f"at the target are the handouts of {_titles(there)}; this build has none of them, but {_titles(ours)}"
        raise PublishError(diagnostic("another-publication", message))


def _titles(titles: Collection[str]) -> str:
    return ", ".join(f"“{title}”" if title else "an article without a publication" for title in sorted(titles)) or "nothing"


def _make_plan(manifest: Manifest, target: Target, settings: PublishSettings, damaged: Collection[str], *, sure: bool) -> _Plan:
    """Return the plan. Where it is not `sure` that the target's pages are those of its manifest, all of them are sent again.

    The `damaged` paths are sent again too.
    """
    content = _read_manifest(target)
    before = read_published(content)
    if not settings.replace:
        _refuse_another_publication(manifest, before)
    journal = _journal(target)
    known = replace(before, retired=tuple({*before.retired, *journal}))
    now = settings.now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = site(manifest, known, now, base_url=_base_url(manifest, settings), keep=settings.keep)
    present = {handout_path(row) for rows in before.handouts.values() for row in rows}.difference(damaged)
    new_handouts = [path for path in wanted.handouts if path not in present]
    files = wanted.published.files
    present = {path for path, digest in before.files.items() if sure and files.get(path) == digest}.difference(damaged)
    changed = [path for path in (*wanted.seals, *wanted.versions, *wanted.pages, *wanted.latest) if path not in present]
    send = (*new_handouts, *dict.fromkeys(changed))
    final = replace(wanted.published, retired=())
    unchanged = content == manifest_bytes(manifest, final)
    retired = wanted.published.retired
    is_written = bool(send or retired or not unchanged or not sure)
    certain = {path: digest for path, digest in before.digests.items() if path not in journal}
    return _Plan(wanted, send, retired, manifest=is_written, journal=journal, known=known.paths, published=certain)


def _base_url(manifest: Manifest, settings: PublishSettings) -> str:
    """Return the site's address with a slash at its end: the option's, else the publication's where all articles have the same, else ""."""
    stated = {article.base_url for article in manifest.articles}
    url = settings.base_url or (stated.pop() if len(stated) == 1 else "")
    return f"{url.rstrip('/')}/" if url else ""


def _journal(target: Target) -> tuple[str, ...]:
    """Return the paths of the journal, which a run that died has left. Raises PublishError where one is no path of a site."""
    content = target.read(JOURNAL)
    if content is not None and not is_journal(content):
        return ()
    try:
        paths = json.loads(content or b"[]")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(paths, list) or not all(isinstance(path, str) and is_site_path(path) for path in paths):
        message = f"{JOURNAL} at the target is not what handbill writes: it names what is no path of a site"
        hint = "nothing was deleted; look at that file, delete it, and publish with --repair"
        raise PublishError(diagnostic("target-manifest", message, hint=hint))
    return tuple(paths)


def _execute(plan: _Plan, build: Path, manifest: Manifest, target: Target, lease: Lease) -> None:
    """Carry a plan out: send files, then the manifest, then delete. A journal at the target names the files in the meantime."""
    for path in plan.journal:
        target.delete_partial_file(path)
    target.write(JOURNAL, json.dumps(sorted({*plan.send, *plan.journal})).encode())
    first = _blocking_paths(plan, target)
    for path in first:
        lease.keep()
        target.delete(path)
    for path in plan.send:
        lease.keep()
        _send(target, path, _content(path, plan.wanted, build, target))
    lease.check()
    _send(target, MANIFEST_NAME, manifest_bytes(manifest, plan.wanted.published))
    if plan.delete:
        for path in plan.delete:
            if path in first:
                continue
            lease.keep()
            target.delete(path)
        lease.check()
        _send(target, MANIFEST_NAME, manifest_bytes(manifest, replace(plan.wanted.published, retired=())))
    target.delete(JOURNAL)


def _blocking_paths(plan: _Plan, target: Target) -> tuple[str, ...]:
    """Return the paths to delete before others can be sent: files in the place of a folder, or below the path of a file."""
    reserved = ReservedPaths()
    if not target.atomic:
        for path in plan.send:
            reserved.reserve(Reservation(path))
    return tuple(path for path in plan.delete if reserved.conflict(path) is not None)


def _content(path: str, wanted: Site, build: Path, target: Target) -> bytes:
    """Return the bytes of a file to send: a page, a sealed page, a handout of the build folder, or an earlier version from the target."""
    if path in wanted.pages:
        return wanted.pages[path]
    if path in wanted.seals:
        return _seal(wanted.seals[path], build, target)
    handout: Handout = next(part[path] for part in (wanted.handouts, wanted.versions, wanted.latest) if path in part)
    content = files.read(build, handout.file)
    copies = (handout_path(handout), *(other for other, row in wanted.versions.items() if row.sha256 == handout.sha256 and other != path))
    while copies and (content is None or not handout.vouches_for(content)):
        content, copies = target.read(copies[0]), copies[1:]
    if content is None or not handout.vouches_for(content):
        message = f"{handout.file}, version {handout.version}, is neither in the build folder nor at the target as it was proven"
        hint = "do not build while publishing; for an earlier version that was deleted there: --keep-versions 1"
        raise PublishError(diagnostic("changed-handout", message, hint=hint))
    return content


def _seal(handout: Handout, build: Path, target: Target) -> bytes:
    """Return the sealed page of a handout, from the build folder, or from the target for an earlier version."""
    for content in (files.read(build, handout.seal_file), target.read(handout.seal_file)):
        if content is not None and sha256_of(content) == handout.seal:
            return content
    message = f"the sealed page of {handout.file}, version {handout.version}, is neither in the build folder nor at the target"
    hint = "do not build while publishing; for an earlier version that was deleted there: --keep-versions 1"
    raise PublishError(diagnostic("changed-handout", message, hint=hint))


def _send(target: Target, path: str, content: bytes) -> None:
    """Send a file and read it back. Raises PublishError where it arrived with other bytes."""
    target.write(path, content)
    arrived = target.read(path)
    if arrived is None or sha256_of(arrived) != sha256_of(content):
        message = f"{path} did not arrive as it was sent"
        raise PublishError(diagnostic("not-arrived", message))

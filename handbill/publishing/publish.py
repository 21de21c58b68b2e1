"""Publishing: prove every handout, plan, send what changed, read it back, and name it in the manifest last."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from handbill.diagnostics.errors import ProofError, PublishError, UsageError
from handbill.diagnostics.rules import diagnostic
from handbill.diagnostics.user_paths import paths_below
from handbill.proof.manifest import FILE, Handout, Manifest
from handbill.proof.manifest_file import read_manifest
from handbill.proof.verify import verify
from handbill.publishing.conflicts import refuse_others_files
from handbill.publishing.entries import address_of
from handbill.publishing.lease import SECONDS, Lease, clear, leased
from handbill.publishing.paths import Claim, Ground, is_path
from handbill.publishing.published import Published, manifest_bytes, read_published
from handbill.publishing.site import Site, site, with_kept
from handbill.publishing.target import RESERVED, Target
from handbill.system import files
from handbill.system.digests import sha256_of

__all__ = ["Outcome", "Settings", "publish"]

_JOURNAL = f"{RESERVED}journal.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to publish. `now` is the time that what changes is dated with (aware); `keep` how many versions of a handout stay.

    `adopt` lets files be overwritten that no run of handbill has put there, `replace` a publication take the place of another; with
    `repair` what the target's manifest names is read back, and sent again where it is not as it was sent.
    """

    now: datetime.datetime
    base_url: str = ""
    keep: int = 1
    dry_run: bool = False
    adopt: bool = False
    replace: bool = False
    repair: bool = False
    lease: float = SECONDS
    clock: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was sent and what was deleted, or would be: paths at the target, in order; and the articles that stand withdrawn there."""

    sent: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Plan:
    """Paths to send, in order, and the site that they belong to; `manifest` tells whether the target's is to be written.

    `known` are the paths at which handbill put something, or may have.
    """

    wanted: Site
    send: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    manifest: bool = False
    journal: tuple[str, ...] = field(default=(), repr=False)
    known: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def new(self) -> tuple[str, ...]:
        """What is sent to where handbill has put nothing yet."""
        return tuple(path for path in self.send if path not in self.known)


def publish(build: Path, target: Target, settings: Settings) -> Outcome:
    """Make the target show what the build folder holds, and return what was done.

    Raises UsageError where the target is in the build folder; ProofError where a handout does not pass its proof, PublishError where
    the build and what is at the target cannot go together: in all these cases nothing is sent. PublishError too where the target fails
    or is busy. A run that dies is simply run again: until the manifest names what is new, the old is there.
    """
    _keep_apart(build, target)
    proven = _proven(build)
    manifest = with_kept(proven, read_published(target.read(FILE)))
    damaged = _damaged(target) if settings.repair else frozenset[str]()
    plan = _plan(manifest, target, settings, damaged, sure=not _died(target))
    if settings.dry_run:
        refuse_others_files(target, plan.new, plan.known, adopt=settings.adopt)
    elif plan.manifest:
        with leased(target, settings.lease, settings.clock) as lease:
            # Another run may have come first.
            manifest = with_kept(proven, read_published(target.read(FILE)))
            plan = _plan(manifest, target, settings, damaged, sure=not (_died(target) or lease.left_behind))
            refuse_others_files(target, plan.new, plan.known, adopt=settings.adopt)
            _carry_out(plan, build, manifest, target, lease)
    else:
        clear(target, settings.clock)
    withdrawn = (mark for mark in plan.wanted.published.marks.items() if mark[1].withdrawn)
    return Outcome((*plan.send, *((FILE,) if plan.manifest else ())), plan.delete, tuple(name for name, _ in withdrawn))


def _keep_apart(build: Path, target: Target) -> None:
    if target.folder is not None and target.folder.resolve().is_relative_to(build.resolve()):
        message = f"{target.address} is in the build folder {build}, where no file may be that is not a handout"
        raise UsageError(diagnostic("target", message, hint="publish to a folder beside it"))


def _proven(build: Path) -> Manifest:
    problems = [problem for row in verify(build) for problem in row.problems]
    if problems:
        raise ProofError([*problems, diagnostic("not-published", "nothing is published", hint="build anew, then publish")])
    with paths_below(build):
        manifest = read_manifest(build)
    named = {about.key for about in manifest.articles}
    nameless = sorted(row.file for row in manifest.handouts.values() if (row.publication, row.source) not in named)
    if nameless:
        message = f"the manifest says nothing of the article of {nameless[0]}: it was built by an earlier handbill"
        raise PublishError(diagnostic("not-published", message, hint="build anew, then publish"))
    return manifest


def _died(target: Target) -> bool:
    return target.read(_JOURNAL) is not None


def _damaged(target: Target) -> frozenset[str]:
    """Return the paths that the target's manifest names at which there is nothing, or something else."""
    published = read_published(target.read(FILE))
    named = dict(published.files) | {address_of(row): row.sha256 for rows in published.handouts.values() for row in rows}
    contents = ((path, digest, target.read(path)) for path, digest in sorted(named.items()))
    return frozenset(path for path, digest, content in contents if content is None or sha256_of(content) != digest)


def _refuse_another_publication(manifest: Manifest, before: Published) -> None:
    """Raise PublishError where the build would take the place of other publications."""
    there = {row.publication for rows in before.handouts.values() for row in rows}
    ours = {about.publication for about in manifest.articles}
    if there and there.isdisjoint(ours):
        message = f"at the target are the handouts of {_listed(there)}; this build has none of them, but {_listed(ours)}"
        raise PublishError(diagnostic("another-publication", message))


def _listed(titles: Collection[str]) -> str:
    return ", ".join(f"“{title}”" if title else "an article without a publication" for title in sorted(titles)) or "nothing"


def _plan(manifest: Manifest, target: Target, settings: Settings, damaged: Collection[str], *, sure: bool) -> _Plan:
    """Return what is to be done; where it is not `sure` that the manifest tells what pages are there, all of them are sent.

    What is `damaged` at the target is sent too.
    """
    content = target.read(FILE)
    before = read_published(content)
    if not settings.replace:
        _refuse_another_publication(manifest, before)
    journal = _journal(target)
    known = replace(before, retired=tuple({*before.retired, *journal}))
    now = settings.now.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    wanted = site(manifest, known, now, base_url=_base_url(manifest, settings), keep=settings.keep)
    lie_there = {address_of(row) for rows in before.handouts.values() for row in rows}.difference(damaged)
    new_handouts = [path for path in wanted.handouts if path not in lie_there]
    files = wanted.published.files
    lie_there = {path for path, digest in before.files.items() if sure and files.get(path) == digest}.difference(damaged)
    changed = [path for path in (*wanted.versions, *wanted.pages, *wanted.latest) if path not in lie_there]
    send = (*new_handouts, *dict.fromkeys(changed))
    settled = replace(wanted.published, retired=())
    named = content == manifest_bytes(manifest, settled)
    retired = wanted.published.retired
    return _Plan(wanted, send, retired, manifest=bool(send or retired or not named or not sure), journal=journal, known=known.paths)


def _base_url(manifest: Manifest, settings: Settings) -> str:
    """Return the address that was asked for, else that of the publication where all articles are of one; with a solidus at its end."""
    stated = {about.base_url for about in manifest.articles}
    url = settings.base_url or (stated.pop() if len(stated) == 1 else "")
    return f"{url.rstrip('/')}/" if url else ""


def _journal(target: Target) -> tuple[str, ...]:
    """Return the paths that a run which died may have left. Raises PublishError where the journal names anything else than such paths."""
    content = target.read(_JOURNAL)
    try:
        paths = json.loads(content or b"[]")
    except (ValueError, RecursionError):
        return ()
    if not isinstance(paths, list) or not all(isinstance(path, str) and is_path(path) for path in paths):
        message = f"{_JOURNAL} at the target is not what handbill writes: it names what is no path of a site"
        hint = "nothing was deleted; look at that file, delete it, and publish with --repair"
        raise PublishError(diagnostic("target-manifest", message, hint=hint))
    return tuple(paths)


def _carry_out(plan: _Plan, build: Path, manifest: Manifest, target: Target, lease: Lease) -> None:
    for path in plan.journal:
        target.sweep(path)
    target.write(_JOURNAL, json.dumps(sorted({*plan.send, *plan.journal})).encode())
    first = _in_the_way(plan, target)
    for path in first:
        lease.keep()
        target.delete(path)
    for path in plan.send:
        lease.keep()
        _send(target, path, _content(path, plan.wanted, build, target))
    lease.check()
    _send(target, FILE, manifest_bytes(manifest, plan.wanted.published))
    if plan.delete:
        for path in plan.delete:
            if path in first:
                continue
            lease.keep()
            target.delete(path)
        lease.check()
        _send(target, FILE, manifest_bytes(manifest, replace(plan.wanted.published, retired=())))
    target.delete(_JOURNAL)


def _in_the_way(plan: _Plan, target: Target) -> tuple[str, ...]:
    """Return the paths to delete that keep others from being sent: a file where a folder is to be, files in a folder where a file is."""
    ground = Ground()
    if not target.whole:
        for path in plan.send:
            ground.take(Claim(path))
    return tuple(path for path in plan.delete if ground.obstacle(path) is not None)


def _content(path: str, wanted: Site, build: Path, target: Target) -> bytes:
    """Return what is to be sent: a page, a handout from the build folder, or an earlier version as it lies at the target."""
    if path in wanted.pages:
        return wanted.pages[path]
    handout: Handout = next(part[path] for part in (wanted.handouts, wanted.versions, wanted.latest) if path in part)
    content = files.read(build, handout.file)
    copies = (address_of(handout), *(other for other, row in wanted.versions.items() if row.sha256 == handout.sha256 and other != path))
    while copies and (content is None or not handout.vouches_for(content)):
        content, copies = target.read(copies[0]), copies[1:]
    if content is None or not handout.vouches_for(content):
        message = f"{handout.file}, version {handout.version}, is neither in the build folder nor at the target as it was proven"
        hint = "do not build while publishing; for an earlier version that was deleted there: --keep-versions 1"
        raise PublishError(diagnostic("changed-handout", message, hint=hint))
    return content


def _send(target: Target, path: str, content: bytes) -> None:
    """Send a file and read it back."""
    target.write(path, content)
    arrived = target.read(path)
    if arrived is None or sha256_of(arrived) != sha256_of(content):
        message = f"{path} did not arrive as it was sent"
        raise PublishError(diagnostic("not-arrived", message))

"""Publishing: what stands at a target is proven, whole and current, whatever happens on the way there."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import fault_injection
from commandline import ARTICLE, DISCLAIMER, Handbill, end_of, publication, run, write
from fault_injection import MANY, intercept_target
from servers import Server, s3, sftp

SETTINGS = '[editions.pdf]\nenabled = false\n[editions.wide]\nexporter = "text"\nwidth = 100\n'
KILLS = 50 if MANY else 2
DATED = ARTICLE.replace("title:", "version: '1'\ntitle:")


def articles(*names: str) -> dict[str, str]:
    return {f"{name}.md": DATED.replace("A letter", f"Letter {name}") for name in names}


@pytest.fixture(scope="module")
def ssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with sftp(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture(scope="module")
def bucket() -> Iterator[Server]:
    with s3("handouts") as server:
        yield server


@pytest.fixture(params=["folder", "sftp", "s3"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Server:
    """Return a place of each kind that is empty."""
    if request.param == "folder":
        return Server(str(tmp_path / "public"))
    base: Server = request.getfixturevalue({"sftp": "ssh", "s3": "bucket"}[request.param])
    return Server(f"{base.address}/{tmp_path.name}", base.environment, base.options)


def build(handbill: Handbill, code: int = 0, *options: str) -> None:
    handbill.inside("build", "-q", *options, code=code)


def publish(handbill: Handbill, server: Server, *options: str, code: int = 0) -> list[str]:
    """Publish, and return the lines that say what was done."""
    return handbill.inside("publish", "build", server.address, *options, environment=server.environment, code=code).out.splitlines()


def publish_a_and_b(handbill: Handbill, tmp_path: Path, server: Server) -> Path:
    """Build and publish a publication of the articles `a` and `b`, and return its folder."""
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    publish(handbill, server)
    return source


def assert_manifest_is_true(files: dict[str, bytes]) -> None:
    """Assert that every file which a target's manifest names is there with its digest."""
    manifest = json.loads(files["manifest.json"])
    for rows in manifest["published"]["handouts"].values():
        for row in rows:
            content = files[f"files/{row['sha256']}/{row['file'].rpartition('/')[2]}"]
            assert hashlib.sha256(content).hexdigest() == row["sha256"]


def test_what_is_published_is_whole_and_is_not_sent_again(handbill: Handbill, tmp_path: Path, server: Server) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    first = publish(handbill, server, "--base-url", "https://example.org/handouts")
    order = [
        next(n for n, line in enumerate(first) if part in line)
        for part in ("files/", "seals/", "a/1/", "index.html", "a/latest", "manifest.json")
    ]
    assert order == sorted(order)
    assert first[-1] == "sent: manifest.json"
    files = server.files()
    assert_manifest_is_true(files)
    sealed = {line.removeprefix("sent: ") for line in first if line.startswith("sent: seals/")}
    assert sealed == {f"seals/{file.name}" for file in (handbill.build / "seals").iterdir()}
    assert len(files) + len(sealed) == len(first)
    assert files["a/latest-wide.txt"] == files["a/1/a-wide.txt"] == (handbill.build / "a-wide.txt").read_bytes()
    assert publish(handbill, server, "--base-url", "https://example.org/handouts") == ["nothing to send: the target has it all"]
    build(handbill)
    assert publish(handbill, server, "--base-url", "https://example.org/handouts/") == ["nothing to send: the target has it all"]
    assert server.files() == files


def test_one_changed_article_sends_its_handouts_and_the_catalogue_alone(handbill: Handbill, tmp_path: Path, server: Server) -> None:
    source = publish_a_and_b(handbill, tmp_path, server)
    old = server.files()
    write(source / "a.md", DATED.replace("A letter", "Letter a").replace("first paragraph", "first paragraph, changed"))
    build(handbill)
    lines = publish(handbill, server)
    assert not [line for line in lines if re.search(r"(?<![0-9a-z])b[/.-]", line)]
    assert len([line for line in lines if line.startswith("sent: files/")]) == 3
    files = server.files()
    assert_manifest_is_true(files)
    assert len(files) == len(old), "what is replaced is deleted"
    assert len([line for line in lines if line.startswith("deleted: files/")]) == 3
    changed = {path for path in old if files.get(path) != old[path]}
    assert not {path for path in changed if path.startswith("b/")}


def test_a_changed_disclaimer_sends_every_handout_that_carries_it(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publish_a_and_b(handbill, tmp_path, server)
    write(source / "disclaimers/general.md", DISCLAIMER.replace("no advice", "no advice at all"))
    build(handbill)
    assert len([line for line in publish(handbill, server) if line.startswith("sent: files/")]) == 6


def test_what_has_expired_is_withdrawn_and_a_page_says_so(handbill: Handbill, tmp_path: Path, server: Server) -> None:
    source = publish_a_and_b(handbill, tmp_path, server)
    write(source / "a.md", DATED.replace("title:", "expires: 2026-01-31\ntitle:"))
    build(handbill, 0, "--today", "2026-02-02")
    lines = publish(handbill, server)
    assert "withdrawn: Tests/a.md" in lines
    files = server.files()
    assert_manifest_is_true(files)
    assert [path for path in files if path.startswith("a/")] == ["a/index.html"]
    # The day that `expires` names is the last one on which it was good.
    assert b"was withdrawn. It was good until 2026-01-31." in files["a/index.html"]
    assert b"Withdrawn. It was good until 2026-01-31." in files["index.html"]
    assert b"Withdrawn. It was good until 2026-01-31." in files["feed.xml"]
    assert not any(b"since 2026-01-31" in files[page] for page in ("a/index.html", "index.html", "feed.xml"))
    assert not [path for path in files if path.startswith("files/") and path.rpartition("/")[2].startswith("a")]
    assert publish(handbill, server)[0] == "nothing to send: the target has it all"
    write(source / "a.md", DATED)
    build(handbill)
    publish(handbill, server)
    assert b"withdrawn" not in server.files()["a/index.html"]


def test_a_failed_article_stays_but_not_with_a_disclaimer_that_has_changed(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publish_a_and_b(handbill, tmp_path, server)
    old = server.files()
    write(source / "a.md", "---\ntitle: [\n---\n")
    build(handbill, 3)
    publish(handbill, server)
    assert server.files()["a/latest.epub"] == old["a/latest.epub"]
    write(source / "disclaimers/general.md", DISCLAIMER.replace("no advice", "no advice at all"))
    build(handbill, 3)
    lines = publish(handbill, server, "--today", "2026-03-04")
    assert "withdrawn: Tests/a.md" in lines
    files = server.files()
    assert [path for path in files if path.startswith("a/")] == ["a/index.html"]
    assert b"Its disclaimer has changed" in files["a/index.html"]
    assert b"since 2026-03-04" in files["a/index.html"]
    publish(handbill, server, "--today", "2026-03-09")
    assert b"since 2026-03-04" in server.files()["a/index.html"], "the day stays"


FAILING = {
    "not readable": "---\ntitle: [\n---\n",
    "overdue": DATED.replace("title:", "review-by: 2020-01-01\ntitle:"),
    "refused": DATED + "\n![none](none.png)\n",
}


@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING)
@pytest.mark.parametrize("changed", [False, True], ids=["the same disclaimer", "another disclaimer"])
def test_a_public_copy_whose_article_fails_in_a_new_build_folder_stays_with_the_same_disclaimer_alone(
    handbill: Handbill, tmp_path: Path, text: str, changed: bool
) -> None:
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    server = Server(str(tmp_path / "public"))
    publish(handbill, server)
    shutil.rmtree(handbill.build)
    write(source / "b.md", text)
    if changed:
        write(source / "disclaimers/general.md", DISCLAIMER.replace("no advice", "not advice"))
    build(handbill, 3, "--strict")
    assert "b.txt" not in handbill.files()
    publish(handbill, server)
    files = server.files()
    assert_manifest_is_true(files)
    assert ("b/latest.txt" in files) is not changed
    assert (b"was withdrawn" in files["b/index.html"]) is changed
    assert publish(handbill, server)[0] == "nothing to send: the target has it all"
    write(source / "b.md", articles("b")["b.md"])
    build(handbill)
    publish(handbill, server)
    assert "b/latest.txt" in server.files()
    assert json.loads(server.files()["manifest.json"])["failed"] == []


def test_a_format_that_fails_in_a_new_build_folder_stays_public(plugged: str, tmp_path: Path) -> None:
    handbill = Handbill(tmp_path, plugged)
    source = publication(tmp_path, settings="[editions.complaining]\n", articles=articles("a"))
    editions = ("-t", "text", "-t", "complaining")
    handbill("build", *editions)
    server = Server(str(tmp_path / "public"))
    handbill("publish", "build", "public")
    shutil.rmtree(handbill.build)
    write(source / "a.md", articles("a")["a.md"] + "\nrefuse me\n")
    handbill("build", *editions, code=5)
    handbill("publish", "build", "public")
    assert {"a/latest.complaining", "a/latest.txt"} <= set(server.files())
    assert_manifest_is_true(server.files())


def test_a_handout_that_fails_its_proof_keeps_everything_back(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    text = handbill.build / "a.txt"
    text.write_text(text.read_text().replace("It is no advice.", ""))
    done = handbill.inside("publish", "build", server.address, code=6)
    assert "build/a.txt: error[disclaimer-differs]" in done.err
    assert "nothing is published" in done.err
    assert not (tmp_path / "public").exists()


def test_a_dry_run_says_what_would_be_done_and_does_nothing(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    planned = publish(handbill, server, "--dry-run")
    assert server.files() == {}
    assert [line.replace("would send", "sent") for line in planned] == publish(handbill, server)
    (source / "b.md").unlink()
    build(handbill)
    before = server.files()
    planned = publish(handbill, server, "--dry-run")
    assert any(line.startswith("would delete: files/") for line in planned)
    assert server.files() == before
    publish(handbill, server)
    assert [path for path in server.files() if path.startswith("b/")] == ["b/index.html"]


def test_an_article_that_is_gone_keeps_a_page_that_says_so(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    publish(handbill, server, "--today", "2026-01-01")
    (source / "b.md").rename(source / "c.md")
    build(handbill)
    for day in ("2026-02-02", "2026-03-03"):
        publish(handbill, server, "--today", day)
        files = server.files()
        assert [path for path in files if path.startswith("b/")] == ["b/index.html"]
        assert b"withdrawn, since 2026-02-02. It is not published any more." in files["b/index.html"]
    assert publish(handbill, server)[0] == "nothing to send: the target has it all"
    (source / "c.md").rename(source / "b.md")
    build(handbill)
    publish(handbill, server)
    assert b"withdrawn" not in server.files()["b/index.html"]


def test_a_manifest_that_does_not_know_its_articles_is_not_published(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    handbill.change_manifest(lambda data: data.pop("articles"))
    assert "build anew, then publish" in handbill.inside("publish", "build", "public", code=7).err


def test_foreign_files_are_never_deleted(handbill: Handbill, tmp_path: Path) -> None:
    public = tmp_path / "public"
    write(public / "a/notes.txt", "mine")
    write(public / "files/other/x.txt", "mine")
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    build(handbill)
    publish(handbill, Server(str(public)))
    (source / "a.md").unlink()
    build(handbill)
    publish(handbill, Server(str(public)))
    assert (public / "a/notes.txt").read_text() == "mine"
    assert (public / "files/other/x.txt").read_text() == "mine"
    assert not (public / "a/latest.txt").exists()


def test_earlier_versions_stay_as_long_as_they_are_asked_for_and_carry_the_disclaimer(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    for number in "123":
        write(source / "a.md", DATED.replace("'1'", f"'{number}'").replace("first", f"first ({number})"))
        build(handbill)
        publish(handbill, server, "--keep-versions", "2")
        assert_manifest_is_true(server.files())
    files = server.files()
    assert sorted({path.split("/")[1] for path in files if path.startswith("a/") and path.count("/") == 2}) == ["2", "3"]
    assert b"Earlier versions" in files["a/index.html"]
    assert b"first (2)" in files["a/2/a.txt"]
    write(source / "disclaimers/general.md", DISCLAIMER.replace("no advice", "no advice at all"))
    build(handbill)
    publish(handbill, server, "--keep-versions", "2")
    assert not [path for path in server.files() if path.startswith("a/2/")], "its disclaimer is no longer the one in force"


def test_an_address_that_is_none_or_cannot_be_reached_is_told_so(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    assert "nosuch://x is no target" in handbill.inside("publish", "build", "nosuch://x", code=2).err
    write(tmp_path / "file", "x")
    assert "error[target]" in handbill.inside("publish", "build", str(tmp_path / "file/below"), code=7).err


DAY = 86400.0
"""Seconds: longer than any test takes."""


def move_clock(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let the runs in this process that follow take the time to be so much later than it is."""
    from handbill.publishing import publish

    monkeypatch.setattr(publish, "PublishSettings", functools.partial(publish.PublishSettings, clock=lambda: time.time() + seconds))


def test_two_runs_cannot_have_one_target_and_a_dead_one_blocks_nobody_for_long(
    handbill: Handbill, tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    lease = json.dumps({"token": "x", "until": time.time() + DAY, "host": "elsewhere"}).encode()
    put_file(server, ".handbill-lease-7", lease)
    done = handbill.inside("publish", "build", server.address, environment=server.environment, code=7)
    assert "error[lease]: another run is publishing there, from elsewhere" in done.err
    assert server.files() == {}
    move_clock(monkeypatch, DAY)
    publish(handbill, server)
    assert_manifest_is_true(server.files())
    assert own_files(server) == []


def test_a_lease_that_is_just_being_written_counts_and_one_that_never_is_does_not(handbill: Handbill, tmp_path: Path) -> None:
    from handbill.diagnostics.errors import PublishError
    from handbill.publishing.lease import hold_lease
    from handbill.publishing.target import open_target

    server = Server(str(tmp_path / "public"))
    put_file(server, ".handbill-lease-1", b"")
    target = open_target(server.address)

    def write_on(seconds: float) -> None:
        put_file(server, ".handbill-lease-1", json.dumps({"token": "x", "until": 1000.0, "host": "elsewhere"}).encode())

    target.sleep = write_on
    with pytest.raises(PublishError, match="from elsewhere"), hold_lease(target, 60, lambda: 0.0):
        pass
    put_file(server, ".handbill-lease-1", b"")
    target.sleep = lambda seconds: None
    with hold_lease(target, 60, lambda: 0.0) as lease:
        assert lease.left_behind
    assert own_files(server) == []


def test_a_lease_whose_time_is_over_goes_where_there_is_nothing_to_do_too(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    publish(handbill, server)
    for number, until in ((1, time.time() - 1), (2, time.time() + DAY)):
        put_file(server, f".handbill-lease-{number}", json.dumps({"token": "x", "until": until, "host": "elsewhere"}).encode())
    assert publish(handbill, server)[0] == "nothing to send: the target has it all"
    assert [name.rpartition("/")[2] for name in own_files(server)] == [".handbill-lease-2"]


def put_file(server: Server, path: str, content: bytes) -> None:
    """Write a file at a target, as somebody else than handbill might."""
    filesystem, root = server.opened()
    if not server.address.startswith("s3:"):
        filesystem.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
    filesystem.pipe_file(f"{root}/{path}", content)


def own_files(server: Server) -> list[str]:
    """Return handbill's own files at the target."""
    filesystem, root = server.opened()
    return sorted(str(path) for path in filesystem.find(root) if "/.handbill-" in str(path))


def own_folder(kind: str, name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Server:
    """Return a target that no other test uses: a folder of this machine, or one on the server of the fixture `kind`."""
    base = Server(str(tmp_path / "public")) if kind == "folder" else request.getfixturevalue(kind)
    return Server(f"{base.address}/{name}-{tmp_path.name}", base.environment, base.options)


@pytest.mark.parametrize("kind", ["folder", "ssh", "bucket"])
def test_a_run_that_is_killed_anywhere_leaves_no_manifest_that_lies_and_is_simply_run_again(
    kind: str,
    handbill: Handbill,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tally: Callable[[str, int, int], None],
) -> None:
    server = own_folder(kind, "killed", tmp_path, request)
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    builds: list[Path] = []
    for number in "12":
        for name in "ab":
            write(source / f"{name}.md", DATED.replace("'1'", f"'{number}'").replace("first", f"first ({number})"))
        build(handbill)
        builds.append(shutil.copytree(handbill.build, tmp_path / f"build-{number}"))
    met: list[str] = []
    with intercept_target(lambda name, path: met.append(name)):
        handbill.inside("publish", builds[0], server.address, environment=server.environment)
    assert {"cat_file", "pipe_file", "rm_file"} <= set(met)
    chance = random.Random(7)
    killed = 0
    for attempt in range(KILLS):
        # Each is an hour after the one before, whose lease is over then.
        place = "manifest" if not attempt else str(chance.randrange(len(met) // 4, len(met)))
        clock = str((attempt + 1) * 3600)
        publishing = ("publish", builds[(attempt + 1) % 2], server.address)
        command = [sys.executable, fault_injection.__file__, "killed_publishing", place, clock, *publishing]
        done = run(command, server.environment | {"PYTHONPATH": str(Path(fault_injection.__file__).parent)}, cwd=tmp_path)
        assert done.code in (0, -signal.SIGKILL), done.err
        killed += done.code == -signal.SIGKILL
        assert_manifest_is_true(server.files())
    assert killed > KILLS / 3, "most were killed at work"
    move_clock(monkeypatch, DAY)
    handbill.inside("publish", builds[1], server.address, environment=server.environment)
    files = server.files()
    assert_manifest_is_true(files)
    assert files["a/latest.txt"] == (builds[1] / "a.txt").read_bytes()
    assert not [path for path in files if path.startswith("a/1/")]
    assert own_files(server) == []
    clean = Server(str(tmp_path / "clean"))
    handbill.inside("publish", builds[1], clean.address)
    assert set(files) == set(clean.files()), "nothing of a run that died stays"
    tally(f"kill -9 at random while publishing ({kind})", KILLS, KILLS - killed)


def test_two_runs_at_once_do_not_interleave(handbill: Handbill, tmp_path: Path, server: Server) -> None:
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    builds = []
    for number in "12":
        write(source / "a.md", DATED.replace("first", f"first ({number})"))
        build(handbill)
        builds.append(shutil.copytree(handbill.build, tmp_path / f"build-{number}"))
    runs = [handbill.start("publish", folder, server.address, env=environment(server)) for folder in builds]
    ends = [end_of(run) for run in runs]
    assert {done.code for done in ends} <= {0, 7}
    assert not any("Traceback" in done.err for done in ends)
    handbill.inside("publish", builds[0], server.address, environment=server.environment)
    files = server.files()
    assert_manifest_is_true(files)
    clean = Server(str(tmp_path / "clean"))
    handbill.inside("publish", builds[0], clean.address)
    assert set(files) == set(clean.files())
    assert all(files[path] == content for path, content in clean.files().items() if path.endswith(("txt", "epub")))


def environment(server: Server) -> dict[str, str]:
    return {**os.environ, **server.environment}


def test_a_target_that_fails_at_first_is_tried_again(tmp_path: Path) -> None:
    from handbill.diagnostics.errors import PublishError
    from handbill.publishing.target import Target

    class Flaky:
        """Fails so often, then answers."""

        def __init__(self, failures: int) -> None:
            self.failures = failures

        def cat_file(self, path: str) -> bytes:
            self.failures -= 1
            if self.failures >= 0:
                raise ConnectionResetError("lost")
            return path.encode()

    pauses: list[float] = []

    def target(failures: int) -> Target:
        return Target("x://", Flaky(failures), "root", atomic=True, sleep=pauses.append)

    assert target(4).read("file") == b"root/file"
    assert pauses == [0.5, 1.0, 2.0, 4.0]
    with pytest.raises(PublishError, match="reading file failed 5 times at x://: ConnectionResetError: lost"):
        target(5).read("file")


def test_the_site_is_what_publishing_to_a_folder_makes(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    handbill.inside("site", "--today", "2026-02-02")
    handbill.inside("publish", "build", "public", "--today", "2026-02-02")
    assert Server(str(tmp_path / "site")).files() == Server(str(tmp_path / "public")).files()


def test_a_file_with_the_same_bytes_under_another_name_is_sent_under_that_name_too(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publish_a_and_b(handbill, tmp_path, server)
    (source / "b.md").rename(source / "c.md")
    build(handbill)
    publish(handbill, server)
    assert_manifest_is_true(server.files())


@pytest.mark.parametrize(
    ("added", "told"),
    [
        ({"index.html.md": DATED}, "the catalogue's own file (index.html) and the page of index.html.md (index.html/index.html)"),
        ({"manifest.json.md": DATED}, "the catalogue's own file (manifest.json) and the page of manifest.json.md"),
        ({"feed.xml/x.md": DATED}, "the catalogue's own file (feed.xml) and the page of feed.xml/x.md"),
        ({"a/latest.txt.md": DATED}, "the page of a/latest.txt.md (a/latest.txt/index.html) and the newest a.txt (a/latest.txt)"),
        (
            {"latest.md": DATED.replace("'1'", "'2'"), "latest/2.md": DATED},
            "version 2 of latest-wide.txt (latest/2/latest-wide.txt) and the newest latest/2-wide.txt",
        ),
    ],
)
def test_what_cannot_stand_beside_each_other_is_not_published(added: dict[str, str], told: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a") | added)
    build(handbill)
    done = handbill.inside("publish", "build", "public", code=7)
    (line, hint) = done.err.splitlines()
    assert "error[collision]: " in line
    assert told in line
    assert line.endswith("cannot both be published")
    assert "another name" in hint
    assert not (tmp_path / "public").exists()


@pytest.mark.parametrize("version", ["latest.epub", "latest.txt", "latest", "index.html", "latest-wide.txt"])
def test_no_version_can_have_the_address_of_something_else(version: str, handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    publication(tmp_path, settings=SETTINGS, articles={"a.md": DATED.replace("'1'", f"'{version}'")})
    build(handbill)
    publish(handbill, server)
    files = server.files()
    assert_manifest_is_true(files)
    assert files[f"a/version-{version}/a.txt"] == files["a/latest.txt"] == (handbill.build / "a.txt").read_bytes()


@pytest.mark.parametrize("kind", ["folder", "ssh"])
def test_a_folder_that_a_run_left_in_the_place_of_a_file_gives_way(
    kind: str, handbill: Handbill, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = own_folder(kind, "damaged", tmp_path, request)
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    left = ["index.html/1/index.html.txt", "index.html/index.html"]
    for path in [*left, "index.html/.handbill-index.html.part", "feed.xml/deep/.handbill-x.part"]:
        put_file(server, path, b"left by a run that died")
    put_file(server, ".handbill-journal.json", json.dumps([*left, "index.html", "feed.xml"]).encode())
    publish(handbill, server)
    files = server.files()
    assert_manifest_is_true(files)
    assert b"Letter a" in files["index.html"]
    assert b"<feed" in files["feed.xml"]
    assert not [path for path in files if path.startswith("index.html/")]
    assert own_files(server) == []


@pytest.mark.parametrize("kind", ["folder", "ssh"])
def test_an_article_may_take_a_place_that_was_anothers_file_and_the_other_way_round(
    kind: str, handbill: Handbill, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    server = own_folder(kind, "turned", tmp_path, request)
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    (source / "a/latest.txt").parent.mkdir()
    for old, new in (("a.md", "a/latest.txt.md"), ("a/latest.txt.md", "a.md")):
        build(handbill)
        publish(handbill, server)
        assert_manifest_is_true(server.files())
        (source / old).rename(source / new)
    build(handbill)
    publish(handbill, server)
    files = server.files()
    assert_manifest_is_true(files)
    assert files["a/latest.txt"] == (handbill.build / "a.txt").read_bytes()


def test_a_folder_of_others_in_the_place_of_a_file_is_left_alone(handbill: Handbill, tmp_path: Path) -> None:
    public = tmp_path / "public"
    write(public / "feed.xml/mine.txt", "mine")
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    for options in ((), ("--adopt",)):
        done = handbill.inside("publish", "build", "public", *options, code=8)
        assert "public/feed.xml/mine.txt: error[in-the-way]: this stands where a file or a folder of the site has to be" in done.err
        assert Server(str(public)).files() == {"feed.xml/mine.txt": b"mine"}
    shutil.rmtree(public)
    write(public / "a", "mine")
    done = handbill.inside("publish", "build", "public", "--adopt", code=8)
    assert "public/a: error[in-the-way]: this stands where a file or a folder of the site has to be" in done.err
    assert Server(str(public)).files() == {"a": b"mine"}


def test_files_of_others_are_not_overwritten_unasked(handbill: Handbill, tmp_path: Path, server: Server) -> None:
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    others = dict.fromkeys(["index.html", "a/index.html", "feed.xml", "style.css", "b/notes.txt"], b"mine")
    for path, content in others.items():
        put_file(server, path, content)
    for options in ((), ("--dry-run",)):
        done = handbill.inside("publish", "build", server.address, *options, environment=server.environment, code=8)
        told = [line for line in done.err.splitlines() if "error[in-the-way]: handbill did not put this file there" in line]
        assert [line.partition(": ")[0].removeprefix(f"{server.address}/") for line in told] == sorted(set(others) - {"b/notes.txt"})
        assert "--adopt overwrites it" in done.err
        assert server.files() == others
        assert own_files(server) == []
    publish(handbill, server, "--adopt")
    assert_manifest_is_true(server.files())
    assert server.files()["b/notes.txt"] == b"mine"
    put_file(server, "b/index.html", b"mine")
    write(source / "b.md", DATED)
    build(handbill)
    done = handbill.inside("publish", "build", server.address, environment=server.environment, code=8)
    assert "/b/index.html: error[in-the-way]: handbill did not put this file there, and would overwrite it\n" in done.err
    assert server.files()["b/index.html"] == b"mine"


@pytest.mark.parametrize("target", ["", " "])
def test_an_empty_target_is_none(target: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    before = sorted(tmp_path.rglob("*"))
    assert "error[target]: an empty address is no target" in handbill.inside("publish", "build", target, code=2).err
    assert sorted(tmp_path.rglob("*")) == before


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose public/site has an article that is gone, and lacks an article that the build lacks since. To be copied."""
    folder = tmp_path_factory.mktemp("published")
    handbill, server = Handbill(folder), Server(str(folder / "public/site"))
    write(folder / "public/x", "mine")
    source = publication(folder, settings=SETTINGS, articles=articles("a", "b", "c"))
    build(handbill)
    publish(handbill, server)
    (source / "c.md").unlink()
    build(handbill)
    publish(handbill, server)
    (source / "b.md").unlink()
    build(handbill)
    return folder


PATHS = ["../x", "/x", "a/../../x", "a\0b", ".handbill-lease-1", "a//b", "manifest.json", ""]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("place", ["files", "retired", "sha256", "gone", "journal"])
def test_a_path_at_the_target_that_leads_elsewhere_is_not_followed(
    place: str, path: str, handbill: Handbill, tmp_path: Path, published: Path
) -> None:
    shutil.copytree(published, tmp_path, dirs_exist_ok=True)
    manifest = tmp_path / "public/site/manifest.json"
    data = json.loads(manifest.read_text())
    published = data["published"]
    if place == "files":
        published["files"][path] = "0" * 64
    elif place == "retired":
        published["retired"].append(path)
    elif place == "sha256":
        published["handouts"]["b.txt"][0]["sha256"] = f"../../{path}"
    elif place == "gone":
        published["gone"][0]["base"] = f"../../{path}"
    else:
        write(tmp_path / "public/site/.handbill-journal.json", json.dumps([path]))
    manifest.write_text(json.dumps(data))
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and "public" in file.parts}
    done = handbill.inside("publish", "build", "public/site", code=7)
    assert "error[target-manifest]: " in done.err
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and "public" in file.parts} == before


def test_another_publication_is_not_replaced_unasked(handbill: Handbill, tmp_path: Path) -> None:
    server = Server(str(tmp_path / "public"))
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    publish(handbill, server)
    before = server.files()
    settings = (source / "publication.toml").read_text()
    write(source / "publication.toml", settings.replace('"Tests"', '"Others"'))
    (source / "a.md").rename(source / "b.md")
    shutil.rmtree(handbill.build)
    build(handbill)
    for options in ((), ("--dry-run",), ("--adopt",)):
        done = handbill.inside("publish", "build", "public", *options, code=7)
        assert (
            "error[another-publication]: at the target are the handouts of “Tests”; this build has none of them, but “Others”" in done.err
        )
        assert "--replace" in done.err
        assert server.files() == before
    lines = publish(handbill, server, "--replace")
    assert "withdrawn: Tests/a.md" in lines
    assert_manifest_is_true(server.files())
    assert "b/latest.txt" in server.files()
    assert publish(handbill, server)[0] == "nothing to send: the target has it all"


def test_what_was_damaged_at_the_target_is_repaired_when_that_is_asked_for(handbill: Handbill, tmp_path: Path, server: Server) -> None:
    source = publication(tmp_path, settings=SETTINGS, articles=articles("a", "b"))
    for number in "12":
        write(source / "a.md", DATED.replace("'1'", f"'{number}'").replace("first", f"first ({number})"))
        build(handbill)
        publish(handbill, server, "--keep-versions", "2")
    whole = server.files()
    earlier = next(path for path, content in whole.items() if path.startswith("files/") and content == whole["a/1/a.txt"])
    changed = {earlier, "a/latest.txt", "b/index.html", "style.css"}
    for path in changed:
        put_file(server, path, b"changed")
    gone = next(path for path in whole if path.startswith("files/") and path.endswith("b.epub"))
    remove_file(server, gone)
    assert publish(handbill, server, "--keep-versions", "2")[0] == "nothing to send: the target has it all"
    planned = publish(handbill, server, "--keep-versions", "2", "--repair", "--dry-run")
    assert {line.removeprefix("would send: ") for line in planned} == {*changed, gone, "manifest.json"}
    lines = publish(handbill, server, "--keep-versions", "2", "--repair")
    assert {line.removeprefix("sent: ") for line in lines} == {*changed, gone, "manifest.json"}
    assert server.files() == whole
    assert publish(handbill, server, "--keep-versions", "2", "--repair")[0] == "nothing to send: the target has it all"


def remove_file(server: Server, path: str) -> None:
    filesystem, root = server.opened()
    filesystem.rm_file(f"{root}/{path}")


@pytest.mark.parametrize("target", ["build", "build/site", "link/site"])
def test_nothing_is_published_into_the_build_folder(target: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    (tmp_path / "link").symlink_to(handbill.build)
    before = handbill.files()
    for command in (("publish", "build", target), ("site", "build", "-o", target)):
        assert "is in the build folder build" in handbill.inside(*command, code=2).err
    assert handbill.files() == before


def test_a_target_that_is_a_file_is_told_so(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    write(tmp_path / "public", "mine")
    assert "public is a file, and handouts are published to a folder" in handbill.inside("publish", "build", "public", code=7).err


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org/", "https://example.org/?x", "https://a b/", ""])
def test_base_url_is_held_to_what_publication_toml_takes(address: str, handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings=SETTINGS, articles=articles("a"))
    build(handbill)
    assert "is no address on the web" in handbill.inside("publish", "build", "public", "--base-url", address, code=2).err
    assert not (tmp_path / "public").exists()

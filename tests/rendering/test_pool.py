"""Workers that die, hang or take all memory fail their handout alone; jobs go elsewhere too, and come back the same."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from commandline import ARTICLE, TEXT_ALONE, Gate, Handbill, end_of, publication, run, write
from folders import handouts_below
from polling import HANG_LIMIT, wait_for, wait_for_ends, wait_for_port
from servers import free_port

FOUR = {f"letter-{n}.md": ARTICLE for n in range(4)}


pytestmark = pytest.mark.plugins


@pytest.fixture
def here(tmp_path: Path) -> Handbill:
    """Return the command line without plug-ins."""
    return Handbill(tmp_path)


def test_a_worker_that_is_killed_fails_its_handout_alone(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.killed]\n", articles={**FOUR, "letter-2.md": ARTICLE + "\nkill me\n"})
    done = handbill("build", "-t", "killed", "-j", "2", code=5)
    assert (
        "source/letter-2.md: error[worker-died]: letter-2.killed: the process of the exporter `killed` ended by signal SIGKILL" in done.err
    )
    assert "hint: it may have run out of memory" in done.err
    assert handbill.files() == ["letter-0.killed", "letter-1.killed", "letter-3.killed", "manifest.json"]


OVER_WHEN_THE_OTHERS_ARE_DONE = """
import sys
from pathlib import Path
from types import SimpleNamespace
from handbill.cli import app
from handbill.rendering import pool as workers
texts = [Path("build", f"letter-{n}.txt") for n in range(2)]
workers.time = SimpleNamespace(monotonic=lambda: 1e9 if all(text.exists() for text in texts) else 0.0)
app.main()
"""
"""Runs handbill with a clock that stands still until the handouts of an edition are there, and is past every limit then."""


def test_one_that_hangs_is_ended_at_its_limit(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    publication(tmp_path, settings=gate.settings, articles={f"letter-{n}.md": ARTICLE for n in range(2)})
    build = ("build", "-t", "gated", "-t", "text", "-j", "4", "--time-limit", "2")
    done = run([handbill.python, "-c", OVER_WHEN_THE_OTHERS_ARE_DONE, *build], cwd=tmp_path)
    assert done.code == 5, done.err
    for n in range(2):
        message = f"source/letter-{n}.md: error[too-slow]: letter-{n}.gated: the exporter `gated` was not done after 2 seconds"
        assert f"{message}\n    hint: divide the article, or give it longer: --time-limit" in done.err
    assert handbill.files() == [*(f"letter-{n}.txt" for n in range(2)), "manifest.json"]


def test_one_that_takes_all_memory_is_stopped_at_its_limit(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.greedy]\n")
    done = handbill("build", "-t", "greedy", "-t", "text", "-j", "1", "--memory-limit", "1000", code=5)
    assert "source/letter.md: error[too-large]: letter.greedy: the exporter `greedy` ran out of memory" in done.err
    assert "hint: divide the article, or give it more: --memory-limit" in done.err
    assert handbill.files() == ["letter.txt", "manifest.json"]


def test_an_interrupt_ends_everything_and_waits_for_no_job(handbill: Handbill, tmp_path: Path) -> None:
    gate = Gate(tmp_path)
    publication(tmp_path, settings=gate.settings, articles=FOUR)
    process = handbill.start("build", "-t", "gated", "-j", "3")
    wait_for("as many jobs were begun as there are workers", lambda: len(gate.begun()) == 3, process)
    below = psutil.Process(process.pid).children(recursive=True)
    assert len(below) >= 3
    process.send_signal(signal.SIGINT)
    # None of the jobs can be done: nobody opens the gate.
    wait_for_ends(below)
    assert end_of(process).code == 130
    assert len(gate.begun()) == 3, "no other job is begun"
    assert handbill.files() == ["manifest.json"]
    assert not list(handbill.build.rglob("*.part"))


@contextlib.contextmanager
def cluster(python: str, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler of dask on loopback, and two workers; give its address and the workers' processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    limits = {f"DASK_DISTRIBUTED__COMM__TIMEOUTS__{name}": f"{HANG_LIMIT:g}s" for name in ("CONNECT", "TCP")}
    environment = {**os.environ, **limits, "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s"}
    with (folder / "dask.log").open("wb") as log, contextlib.ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [python, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]], stdout=log, stderr=log, cwd=folder, env=environment
            )
            stack.callback(process.wait, HANG_LIMIT)
            stack.callback(process.kill)
            return process

        port = address.rpartition(":")[2]
        start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
        wait_for_port(int(port))
        common = ("--nthreads", "2", "--no-dashboard", "--host", "127.0.0.1", "--no-nanny")
        yield address, [start("worker", address, *common) for _ in range(2)]


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(handbill: Handbill, tmp_path: Path) -> None:
    settings = "[editions.sleeping]\nseconds = 0.3\n"
    publication(tmp_path, settings=settings, articles={f"letter-{n}.md": f"{ARTICLE}\nThis is number {n}.\n" for n in range(6)})
    editions = ("-t", "sleeping", "-t", "text", "-t", "epub")
    handbill("build", *editions, "-o", "here")
    with cluster(handbill.python, tmp_path) as (address, workers):
        # However long the scheduler takes to answer.
        patience = f"dask_cluster._CONNECT_TIMEOUT = {HANG_LIMIT}"
        script = f"from handbill import cli\nfrom handbill.rendering import dask_cluster\n{patience}\ncli.main()\n"
        process = handbill.start("build", *editions, "-o", "there", "--executor", f"dask:{address}", script=script)
        wait_for("one was done", lambda: list((tmp_path / "there").glob("*.sleeping")), process)
        workers[0].kill()
        done = end_of(process)
        assert done.code == 0, done.err
    assert handouts_below(tmp_path / "there") == handouts_below(tmp_path / "here")


def test_a_scheduler_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    publication(tmp_path)
    script = "from handbill import cli\nfrom handbill.rendering import dask_cluster\ndask_cluster._CONNECT_TIMEOUT = 0.5\ncli.main()\n"
    command = [sys.executable, "-c", script, "build", "-t", "text", "--executor", f"dask:tcp://127.0.0.1:{free_port()}"]
    done = run(command, cwd=tmp_path)
    assert done.code == 8
    assert re.search(r"error\[executor\]: the scheduler at tcp://127\.0\.0\.1:\d+ does not answer", done.err)
    assert "Traceback" not in done.err


def test_another_executor_is_a_usage_error(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    done = handbill("build", "--executor", "mainframe", code=2)
    assert "error[executor]: there is no executor `mainframe`\n    hint: local, or dask:ADDRESS" in done.err


def test_a_worker_with_other_code_makes_nothing() -> None:
    script = (
        "import pickle\n"
        "from handbill.rendering import dask_cluster, worker\nfrom handbill.testing.documents import PLAIN\n"
        "outcome = pickle.loads(dask_cluster.run_pickled_job(pickle.dumps(JOB), 'the digest of other code'))[1]\n"
        "print(outcome.exit_code, outcome.diagnostics[0].code)\n"
    )
    job = "worker.Job('a.txt', 'text', None, PLAIN, None, None)"
    done = subprocess.run([sys.executable, "-c", script.replace("JOB", job)], capture_output=True, text=True, check=True)
    assert done.stdout == "8 other-version\n"


SHARES = ["1/3", "2/3", "3/3"]


def test_shards_merged_are_one_build(here: Handbill, tmp_path: Path) -> None:
    articles = {f"letter-{n}.md": f"{ARTICLE}\n{'More words. ' * n}\n" for n in range(7)}
    articles["gone.md"] = ARTICLE.replace("---\n\n", "expires: 2020-01-01\n---\n\n", 1)
    publication(tmp_path, articles=articles)
    here.inside("build", "-t", "text", "-t", "epub", "-o", "one")
    for share in SHARES:
        here.inside("build", "-t", "text", "-t", "epub", "--shard", share, "-o", f"part-{share[0]}")
    parts = [f"part-{share[0]}" for share in SHARES]
    assert all(3 <= len(handouts_below(tmp_path / part)) <= 7 for part in parts)
    done = here.inside("merge", *parts, "-o", "all")
    assert done.out == "14 handouts in all\n"
    assert handouts_below(tmp_path / "all") == handouts_below(tmp_path / "one")
    here.inside("verify", "all")


def test_merging_removes_what_no_shard_has_any_more_and_refuses_what_was_changed(here: Handbill, tmp_path: Path) -> None:
    source = publication(tmp_path, articles=FOUR)
    write(tmp_path / "all" / "notes.md", "Somebody's own.")
    for share in ("1/2", "2/2"):
        here.inside("build", "-t", "text", "--shard", share, "-o", f"part-{share[0]}")
    here.inside("merge", "part-1", "part-2", "-o", "all")
    (source / "letter-3.md").unlink()
    for share in ("1/2", "2/2"):
        here.inside("build", "-t", "text", "--shard", share, "-o", f"fresh-{share[0]}")
    here.inside("merge", "fresh-1", "fresh-2", "-o", "all")
    assert sorted(handouts_below(tmp_path / "all")) == ["letter-0.txt", "letter-1.txt", "letter-2.txt", "manifest.json", "notes.md"]
    before = handouts_below(tmp_path / "all")
    next((tmp_path / "fresh-1").glob("*.txt")).write_text("tampered")
    done = here.inside("merge", "fresh-1", "fresh-2", "-o", "all", code=6)
    assert re.search(r"fresh-1/letter-\d\.txt: error\[changed-handout\]: the file is not what the manifest says", done.err)
    assert handouts_below(tmp_path / "all") == before


@pytest.mark.parametrize("share", ["0/2", "3/2", "1", "x/y"])
def test_a_share_that_is_none_is_a_usage_error(here: Handbill, tmp_path: Path, share: str) -> None:
    publication(tmp_path)
    assert f"'{share}' is not K/N, such as 2/5" in here.inside("build", "--shard", share, code=2).err


def test_shard_folders_that_are_kept_merge_to_one_build_when_shares_move(here: Handbill, tmp_path: Path) -> None:
    words = {"a": 30, "b": 20, "c": 10}
    source = publication(tmp_path, articles={f"{name}.md": ARTICLE + "\nMore words.\n" * number for name, number in words.items()})

    def merged(code: int = 0) -> dict[str, bytes]:
        for share in ("1/3", "2/3", "3/3"):
            here.inside("build", "-t", "text", "--shard", share, "-o", f"part-{share[0]}", code=None)
        here.inside("merge", "part-1", "part-2", "part-3", "-o", "all")
        shutil.rmtree(tmp_path / "one", ignore_errors=True)
        here.inside("build", "-t", "text", "-o", "one", code=code)
        return handouts_below(tmp_path / "all")

    assert merged() == handouts_below(tmp_path / "one")
    write(source / "b.md", ARTICLE + "\nMore words.\n" * 60)
    assert merged() == handouts_below(tmp_path / "one")
    write(source / "c.md", ARTICLE.replace("---\n\n", "expires: 2020-01-01\n---\n\n", 1) + "\nMore words.\n" * 90)
    assert merged() == handouts_below(tmp_path / "one")
    (source / "a.md").unlink()
    assert merged() == handouts_below(tmp_path / "one")


def test_a_shard_without_a_handout_merges(here: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE, "bad.md": "![x](none.png)\n"})
    for share in ("1/3", "2/3", "3/3"):
        here.inside("build", "-t", "text", "--shard", share, "-o", f"part-{share[0]}", code=None)
    here.inside("merge", "part-1", "part-2", "part-3", "-o", "all")
    here.inside("build", "-t", "text", "-o", "one", code=3)
    assert handouts_below(tmp_path / "all") == handouts_below(tmp_path / "one")


def test_an_idle_worker_that_was_killed_costs_no_handout(tmp_path: Path) -> None:
    script = (
        "import os, signal\nfrom handbill.rendering import pool as workers\nfrom handbill.rendering.worker import Job\n"
        "pool = workers.Pool(1)\njob = Job('a', 'nosuch', None, None, None, None)\n"
        "first = [outcome.exit_code for _, outcome in pool.results([job])]\n"
        "os.kill(pool._workers[0].process.pid, signal.SIGKILL)\npool._workers[0].process.join()\n"
        "print(first, [outcome.exit_code for _, outcome in pool.results([job])])\npool.close()\n"
    )
    done = run([sys.executable, "-c", script], cwd=tmp_path)
    assert done.out == "[4] [4]\n", done.err


def test_a_worker_makes_room_for_a_fresh_one_after_so_many_jobs(tmp_path: Path) -> None:
    script = (
        "from handbill.rendering import pool as workers\nfrom handbill.rendering.worker import Job\n"
        "pool = workers.Pool(1, jobs_per_worker=2)\nseen = []\nhire = workers.Pool._start_worker\n"
        "def hired(pool):\n    worker = hire(pool)\n    seen.append(worker.process.pid)\n    return worker\n"
        "workers.Pool._start_worker = hired\njob = Job('a', 'nosuch', None, None, None, None)\n"
        "codes = [outcome.exit_code for _, outcome in pool.results([job] * 5)]\n"
        "print(codes, len(set(seen)), len(pool._workers))\npool.close()\n"
    )
    done = run([sys.executable, "-c", script], cwd=tmp_path)
    assert done.out == "[4, 4, 4, 4, 4] 3 1\n", done.err


def test_an_interrupt_is_held_back_though_there_are_other_threads(tmp_path: Path) -> None:
    script = (
        "import os, signal, threading, time\nfrom handbill.system import interrupts\n"
        "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "try:\n    with interrupts.hold_interrupts():\n        os.kill(os.getpid(), signal.SIGINT)\n"
        "        while signal.SIGINT in signal.sigpending():\n            time.sleep(0.01)\n        print('whole')\n"
        "except KeyboardInterrupt:\n    print('then interrupted')\n"
    )
    done = run([sys.executable, "-c", script], cwd=tmp_path)
    assert done.out == "whole\nthen interrupted\n", done.err


def test_workers_import_nothing_of_the_current_folder(tmp_path: Path) -> None:
    publication(tmp_path)
    for name in ("handbill/__init__.py", "markdown.py", "signal.py", "lxml/__init__.py", "socket.py"):
        write(tmp_path / name, f"raise SystemExit('{name} of the current folder')\n")
    command = [str(Path(sys.executable).parent / "handbill"), "build"]
    done = run(command, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "of the current folder" not in done.err


def test_a_folder_for_temporary_files_with_a_long_path_does_no_harm(tmp_path: Path) -> None:
    publication(tmp_path, settings=TEXT_ALONE)
    (far := tmp_path / ("d" * 100)).mkdir()
    Handbill(tmp_path)("build", environment={"TMPDIR": str(far)})
    assert list(far.iterdir()) == []

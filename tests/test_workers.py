"""Workers that die, hang or take all memory fail their handout alone; jobs go elsewhere too, and come back the same."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from commandline import ARTICLE, Handbill, publication, write

FOUR = {f"letter-{n}.md": ARTICLE for n in range(4)}


@pytest.fixture
def handbill(tmp_path: Path, plugged: str) -> Handbill:
    return Handbill(tmp_path, plugged)


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


def test_one_that_hangs_is_ended_at_its_limit(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.sleeping]\nseconds = 60\n", articles=FOUR)
    began = time.monotonic()
    done = handbill("build", "-t", "sleeping", "-t", "text", "-j", "4", "--time-limit", "2", code=5)
    assert time.monotonic() - began < 40
    for n in range(4):
        message = f"source/letter-{n}.md: error[too-slow]: letter-{n}.sleeping: the exporter `sleeping` was not done after 2 seconds"
        assert f"{message}\n    hint: divide the article, or give it longer: --time-limit" in done.err
    assert handbill.files() == [*(f"letter-{n}.txt" for n in range(4)), "manifest.json"]


def test_one_that_takes_all_memory_is_stopped_at_its_limit(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.greedy]\n")
    done = handbill("build", "-t", "greedy", "-t", "text", "-j", "1", "--memory-limit", "1000", code=5)
    assert "source/letter.md: error[too-large]: letter.greedy: the exporter `greedy` ran out of memory" in done.err
    assert "hint: divide the article, or give it more: --memory-limit" in done.err
    assert handbill.files() == ["letter.txt", "manifest.json"]


def test_an_interrupt_ends_everything_within_a_second(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.sleeping]\nseconds = 60\n", articles=FOUR)
    process = handbill.start("build", "-t", "sleeping", "-t", "text", "-j", "3")
    while not (handbill.build / "letter-0.txt").exists():
        assert process.poll() is None
        time.sleep(0.02)
    below = psutil.Process(process.pid).children(recursive=True)
    assert below
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    while alive := [one for one in below if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]:
        assert time.monotonic() - began < 1, alive
        time.sleep(0.01)
    process.communicate()
    assert process.returncode == 130
    assert not list(handbill.build.rglob("*.part"))


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextlib.contextmanager
def cluster(python: str, folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler of dask on loopback, and two workers; give its address and the workers' processes."""
    address = f"tcp://127.0.0.1:{free_port()}"
    environment = {**os.environ, "DASK_DISTRIBUTED__ADMIN__LOG_FORMAT": "%(message)s"}
    with (folder / "dask.log").open("wb") as log, contextlib.ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen(
                [python, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]], stdout=log, stderr=log, cwd=folder, env=environment
            )
            stack.callback(process.wait, 30)
            stack.callback(process.kill)
            return process

        start("scheduler", "--host", "127.0.0.1", "--port", address.rpartition(":")[2], "--no-dashboard")
        common = ("--nthreads", "2", "--no-dashboard", "--host", "127.0.0.1", "--no-nanny")
        yield address, [start("worker", address, *common) for _ in range(2)]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file() and file.name[0] != "."}


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(handbill: Handbill, tmp_path: Path) -> None:
    settings = "[editions.sleeping]\nseconds = 0.3\n"
    publication(tmp_path, settings=settings, articles={f"letter-{n}.md": f"{ARTICLE}\nThis is number {n}.\n" for n in range(6)})
    editions = ("-t", "sleeping", "-t", "text", "-t", "epub")
    handbill("build", *editions, "-o", "here")
    with cluster(handbill.python, tmp_path) as (address, workers):
        process = handbill.start("build", *editions, "-o", "there", "--executor", f"dask:{address}")
        while not list((tmp_path / "there").glob("*.sleeping")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        workers[0].kill()
        _, err = process.communicate(timeout=100)
        assert process.returncode == 0, err
    assert contents(tmp_path / "there") == contents(tmp_path / "here")


def test_a_scheduler_that_is_not_there_is_told_so(tmp_path: Path) -> None:
    publication(tmp_path)
    script = "from handbill import cli\nfrom handbill.rendering import cluster\ncluster._CONNECT_TIMEOUT = 0.5\ncli.main()\n"
    command = [sys.executable, "-c", script, "build", "-t", "text", "--executor", f"dask:tcp://127.0.0.1:{free_port()}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 8
    assert re.search(r"error\[executor\]: the scheduler at tcp://127\.0\.0\.1:\d+ does not answer", done.stderr)
    assert "Traceback" not in done.stderr


def test_another_executor_is_a_usage_error(handbill: Handbill, tmp_path: Path) -> None:
    publication(tmp_path)
    done = handbill("build", "--executor", "mainframe", code=2)
    assert "error[executor]: there is no executor `mainframe`\n    hint: local, or dask:ADDRESS" in done.err


def test_a_worker_with_other_code_makes_nothing() -> None:
    script = (
        "import pickle\n"
        "from handbill.rendering import cluster, worker\nfrom handbill.testing.documents import PLAIN\n"
        "outcome = pickle.loads(cluster.run_pickled_job(pickle.dumps(JOB), 'the digest of other code'))[1]\n"
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
    assert all(3 <= len(contents(tmp_path / part)) <= 7 for part in parts)
    done = here.inside("merge", *parts, "-o", "all")
    assert done.out == "14 handouts in all\n"
    assert contents(tmp_path / "all") == contents(tmp_path / "one")
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
    assert sorted(contents(tmp_path / "all")) == ["letter-0.txt", "letter-1.txt", "letter-2.txt", "manifest.json", "notes.md"]
    before = contents(tmp_path / "all")
    next((tmp_path / "fresh-1").glob("*.txt")).write_text("tampered")
    done = here.inside("merge", "fresh-1", "fresh-2", "-o", "all", code=6)
    assert re.search(r"fresh-1/letter-\d\.txt: error\[changed-handout\]: the file is not what the manifest says", done.err)
    assert contents(tmp_path / "all") == before


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
        return contents(tmp_path / "all")

    assert merged() == contents(tmp_path / "one")
    write(source / "b.md", ARTICLE + "\nMore words.\n" * 60)
    assert merged() == contents(tmp_path / "one")
    write(source / "c.md", ARTICLE.replace("---\n\n", "expires: 2020-01-01\n---\n\n", 1) + "\nMore words.\n" * 90)
    assert merged() == contents(tmp_path / "one")
    (source / "a.md").unlink()
    assert merged() == contents(tmp_path / "one")


def test_a_shard_without_a_handout_merges(here: Handbill, tmp_path: Path) -> None:
    publication(tmp_path, articles={"a.md": ARTICLE, "bad.md": "![x](none.png)\n"})
    for share in ("1/3", "2/3", "3/3"):
        here.inside("build", "-t", "text", "--shard", share, "-o", f"part-{share[0]}", code=None)
    here.inside("merge", "part-1", "part-2", "part-3", "-o", "all")
    here.inside("build", "-t", "text", "-o", "one", code=3)
    assert contents(tmp_path / "all") == contents(tmp_path / "one")


def test_an_idle_worker_that_was_killed_costs_no_handout(tmp_path: Path) -> None:
    script = (
        "import os, signal, time\nfrom handbill.rendering import pool as workers\nfrom handbill.rendering.worker import Job\n"
        "pool = workers.Pool(1)\njob = Job('a', 'nosuch', None, None, None, None)\n"
        "first = [outcome.exit_code for _, outcome in pool.results([job])]\n"
        "os.kill(pool._workers[0].process.pid, signal.SIGKILL)\ntime.sleep(0.3)\n"
        "print(first, [outcome.exit_code for _, outcome in pool.results([job])])\npool.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "[4] [4]\n", done.stderr


def test_a_worker_makes_room_for_a_fresh_one_after_so_many_jobs(tmp_path: Path) -> None:
    script = (
        "from handbill.rendering import pool as workers\nfrom handbill.rendering.worker import Job\n"
        "pool = workers.Pool(1, jobs_per_worker=2)\nseen = []\nhire = workers.Pool._start_worker\n"
        "def hired(pool):\n    worker = hire(pool)\n    seen.append(worker.process.pid)\n    return worker\n"
        "workers.Pool._start_worker = hired\njob = Job('a', 'nosuch', None, None, None, None)\n"
        "codes = [outcome.exit_code for _, outcome in pool.results([job] * 5)]\n"
        "print(codes, len(set(seen)), len(pool._workers))\npool.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "[4, 4, 4, 4, 4] 3 1\n", done.stderr


def test_an_interrupt_is_held_back_though_there_are_other_threads(tmp_path: Path) -> None:
    script = (
        "import os, signal, threading, time\nfrom handbill.system import interrupts\n"
        "threading.Thread(target=time.sleep, args=(2,), daemon=True).start()\n"
        "try:\n    with interrupts.held():\n        os.kill(os.getpid(), signal.SIGINT)\n        time.sleep(0.2)\n        print('whole')\n"
        "except KeyboardInterrupt:\n    print('then interrupted')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "whole\nthen interrupted\n", done.stderr


def test_workers_import_nothing_of_the_current_folder(tmp_path: Path) -> None:
    publication(tmp_path)
    for name in ("handbill/__init__.py", "markdown.py", "signal.py", "lxml/__init__.py", "socket.py"):
        write(tmp_path / name, f"raise SystemExit('{name} of the current folder')\n")
    command = [str(Path(sys.executable).parent / "handbill"), "build"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    assert "of the current folder" not in done.stderr


def test_a_folder_for_temporary_files_with_a_long_path_does_no_harm(tmp_path: Path) -> None:
    publication(tmp_path, settings="[editions.pdf]\nenabled = false\n[editions.epub]\nenabled = false\n")
    (far := tmp_path / ("d" * 100)).mkdir()
    Handbill(tmp_path)("build", environment={"TMPDIR": str(far)})
    assert list(far.iterdir()) == []

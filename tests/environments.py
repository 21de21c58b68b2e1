"""Virtual environments in which plug-ins are installed; kept in pytest's cache, so that only a change of something makes a new one."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

__all__ = ["environment"]

ROOT = Path(__file__).parents[1]
PLUGINS = ROOT / "tests/plugins"


def environment(kept: Path, *plugins: str) -> str:
    """Return the Python of an environment that has what the running one has, and these plug-ins; make it below `kept` where it lacks."""
    folder = kept / f"{'-'.join(plugins)}-{_digest(plugins)}"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "finished").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder, plugins)
            (folder / "finished").touch()
    return str(folder / "bin/python")


def _digest(plugins: tuple[str, ...]) -> str:
    """Return a digest of all that an environment depends on: the plug-ins' files, the pinned versions, this Python and its packages."""
    files = [ROOT / "constraints.txt", Path(__file__)]
    files += sorted(file for name in plugins for file in (PLUGINS / name).rglob("*") if file.suffix in (".py", ".toml"))
    digest = hashlib.sha256(f"{sys.version} {sys.executable} {sysconfig.get_path('purelib')}\n".encode())
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(ROOT)} {len(content)}\n".encode() + content)
    return digest.hexdigest()[:16]


def _make(folder: Path, plugins: tuple[str, ...]) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin/python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # A .pth file adds folders, and by addsitedir those that their own .pth files name: an editable handbill is one.
    line = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (folder / "lib" / version / "site-packages/handbill-tests.pth").write_text(line)
    sources = [shutil.copytree(PLUGINS / name, folder / "src" / name) for name in plugins]
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, *sources], check=True)

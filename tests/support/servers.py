"""Servers to which tests publish, on 127.0.0.1 alone: OpenSSH's SFTP server, and moto's S3 server in the test's process."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from polling import HANG_LIMIT, wait_for_port

SSHD = "/usr/sbin/sshd"


@dataclass(frozen=True)
class Server:
    """A target of publishing: its address, the environment that `handbill publish` needs, and the options that fsspec needs."""

    address: str
    environment: dict[str, str] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)

    def opened(self) -> tuple[Any, str]:
        """Return fsspec's file system for the address, without cached listings, and the path of the target in it."""
        import fsspec

        filesystem, root = fsspec.core.url_to_fs(self.address, **self.options)
        filesystem.invalidate_cache()
        return filesystem, root

    def files(self) -> dict[str, bytes]:
        """Return the content of every file at the target, by path, without sealed pages and the files that handbill keeps for itself."""
        filesystem, root = self.opened()
        found = {}
        for path in filesystem.find(root):
            name = str(path).removeprefix(root.rstrip("/") + "/")
            if not name.rpartition("/")[2].startswith(".handbill-") and not name.startswith("seals/"):
                try:
                    found[name] = bytes(filesystem.cat_file(path))
                except FileNotFoundError:
                    continue
        return found


def free_port() -> int:
    """Return a port of 127.0.0.1 that nothing listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def sftp(folder: Path) -> Iterator[Server]:
    """Run sshd until the block ends, with keys of its own, for this user and SFTP alone."""
    assert Path(SSHD).exists(), "OpenSSH's server is missing: .ci/install test gets it"
    home = folder / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    for key in (folder / "host_key", home / ".ssh/id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    port, root = free_port(), folder / "root"
    root.mkdir()
    configuration = folder / "sshd_config"
    configuration.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder / 'host_key'}\nPidFile none\nStrictModes no\nUsePAM no\n"
        f"PasswordAuthentication no\nAuthorizedKeysFile {home / '.ssh/id_ed25519.pub'}\nPermitRootLogin prohibit-password\n"
        "MaxStartups 100\nLoginGraceTime 0\nSubsystem sftp /usr/lib/openssh/sftp-server\nAllowTcpForwarding no\n"
    )
    Path("/run/sshd").mkdir(exist_ok=True)
    server = subprocess.Popen([SSHD, "-D", "-e", "-f", configuration], stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        user = os.environ.get("USER") or "root"
        environment = {"HOME": str(home)}
        keys = {"key_filename": str(home / ".ssh/id_ed25519"), "look_for_keys": False, "allow_agent": False}
        yield Server(f"sftp://{user}@127.0.0.1:{port}{root}", environment, keys)
    finally:
        server.terminate()
        server.wait(HANG_LIMIT)


@contextmanager
def s3(bucket: str) -> Iterator[Server]:
    """Run an S3 server in this process until the block ends, with an empty bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        url, region = f"http://{host}:{port}", "us-east-1"
        names = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        boto3.client("s3", endpoint_url=url, region_name=region, **names).create_bucket(Bucket=bucket)
        environment = {"AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": region, **{name.upper(): value for name, value in names.items()}}
        options = {"key": "test", "secret": "test", "client_kwargs": {"endpoint_url": url, "region_name": region}}
        yield Server(f"s3://{bucket}/site", environment, options)
    finally:
        server.stop()

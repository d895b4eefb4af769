"""A listening socket, or a clear word on who has the port."""

import os
import socket
from pathlib import Path
from typing import Final

from actor.errors import FatalError

EXIT_PORT_TAKEN: Final = 2
LISTEN_STATE: Final = "0A"


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to host and port; FatalError with exit code 2 names the port and, if readable, its holder."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        holder = holder_of(port)
        taken = (
            f"port {port} is taken by {holder}"
            if holder
            else f"cannot listen on {host}:{port}: {error.strerror}"
        )
        raise FatalError(EXIT_PORT_TAKEN, taken) from error
    sock.setblocking(False)
    return sock


def holder_of(port: int, proc: Path = Path("/proc")) -> str | None:
    """`name (pid n)` of the process that listens on a TCP port, as far as /proc lets us see."""
    inodes = _listeners(proc / "net" / "tcp", port) | _listeners(proc / "net" / "tcp6", port)
    if not inodes:
        return None
    for process in proc.iterdir():
        if process.name.isdecimal() and _holds(process, inodes):
            return f"{_name(process)} (pid {process.name})"
    return None


def _listeners(table: Path, port: int) -> set[str]:
    # Columns of proc_pid_net(5): local_address is hex address:port, the state is the 4th, the inode the 10th.
    try:
        rows = [line.split() for line in table.read_text().splitlines()[1:]]
    except OSError:
        return set()
    return {row[9] for row in rows if row[3] == LISTEN_STATE and int(row[1].rsplit(":", 1)[1], 16) == port}


def _holds(process: Path, inodes: set[str]) -> bool:
    try:
        return any(os.readlink(fd)[8:-1] in inodes for fd in (process / "fd").iterdir())
    except OSError:
        return False


def _name(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return "?"
    return " ".join(words[:3]).strip() or "?"

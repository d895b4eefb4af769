"""Ports of one till, and who holds a taken one."""

import random
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

LOOPBACK: Final = "127.0.0.1"
FREE_RANGE: Final = range(12_000, 32_000)
"""Below the kernel's own range: a client that calls a dead port from that range may connect to itself."""

_LISTEN: Final = "0A"
_TABLES: Final = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


class Ports(msgspec.Struct, frozen=True, kw_only=True):
    """The fixed ports, all on loopback."""

    nats: int = 4222
    nats_monitor: int = 8222
    kkt: int = 7778
    kkt_control: int = 7779
    ofd: int = 7790
    ofd_control: int = 7791
    gateway: int = 8000
    buffer_metrics: int = 9101
    printer_metrics: int = 9102
    forwarder_metrics: int = 9103
    catalog_metrics: int = 9104
    heartbeat_metrics: int = 9105

    def all(self) -> tuple[int, ...]:
        return msgspec.structs.astuple(self)

    def without_ofd(self) -> tuple[int, ...]:
        """Those of a till whose operator somebody else runs."""
        return tuple(port for port in self.all() if port not in (self.ofd, self.ofd_control))


class HubPorts(msgspec.Struct, frozen=True, kw_only=True):
    """The fixed ports of head office."""

    nats: int = 4322
    monitor: int = 8322
    leaf: int = 7422

    def all(self) -> tuple[int, ...]:
        return msgspec.structs.astuple(self)


class CompanyPorts(msgspec.Struct, frozen=True, kw_only=True):
    """One hub, its tills, and one operator at the same ports for all of them."""

    hub: HubPorts
    tills: tuple[Ports, ...]


MOST_TILLS: Final = 5
"""A sixth till would come to the ports of the hub."""
STEP: Final = 20


def company_ports(tills: int, first: Ports | None = None) -> CompanyPorts:
    """The fixed ports; each till's are 20 above those of the one before it."""
    first = first or Ports()
    return CompanyPorts(hub=HubPorts(), tills=tuple(_shifted(first, STEP * n) for n in range(tills)))


def _shifted(first: Ports, by: int) -> Ports:
    shared = ("ofd", "ofd_control")
    return msgspec.structs.replace(
        first, **{name: getattr(first, name) + by for name in Ports.__struct_fields__ if name not in shared}
    )


def free_company(tills: int) -> CompanyPorts:
    """Ports that nobody holds now, for tests."""
    free = _free()
    first = Ports(**{name: next(free) for name in Ports.__struct_fields__})
    others = (
        msgspec.structs.replace(
            Ports(**{name: next(free) for name in Ports.__struct_fields__}),
            ofd=first.ofd,
            ofd_control=first.ofd_control,
        )
        for _ in range(tills - 1)
    )
    hub = HubPorts(**{name: next(free) for name in HubPorts.__struct_fields__})
    return CompanyPorts(hub=hub, tills=(first, *others))


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who listens on a port; `pid` None: another user's process, or gone meanwhile."""

    port: int
    pid: int | None
    command: str

    def __str__(self) -> str:
        if self.pid is None:
            return f"порт {self.port} занят процессом другого пользователя"
        return f"порт {self.port} занят процессом {self.pid}: {self.command}"


def free_ports() -> Ports:
    """Ports that nobody holds now, for tests and smoke."""
    free = _free()
    return Ports(**{name: next(free) for name in Ports.__struct_fields__})


def _free() -> Iterator[int]:
    for port in random.sample(FREE_RANGE, len(FREE_RANGE)):
        if can_listen(port):
            yield port


def can_listen(port: int) -> bool:
    """Whether a server could take the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def holders(ports: Iterable[int]) -> tuple[Holder, ...]:
    """Who holds those of the ports that are taken."""
    taken = [port for port in ports if not can_listen(port)]
    if not taken:
        return ()
    inodes = _listeners()
    pids = _owners({inode for port in taken for inode in inodes.get(port, ())})
    return tuple(_holder(port, inodes.get(port, set()), pids) for port in taken)


def _holder(port: int, inodes: set[str], pids: dict[str, int]) -> Holder:
    pid = next((pids[inode] for inode in inodes if inode in pids), None)
    return Holder(port=port, pid=pid, command=command_line(pid) if pid else "")


def _listeners() -> dict[int, set[str]]:
    """Port → inodes of the listening sockets, as the kernel's tables say."""
    found: dict[int, set[str]] = {}
    for table in _TABLES:
        if not table.exists():
            continue
        for line in table.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTEN:
                found.setdefault(int(fields[1].rpartition(":")[2], 16), set()).add(fields[9])
    return found


def _owners(inodes: set[str]) -> dict[str, int]:
    """Inode of a socket → pid, where we may look."""
    wanted = {f"socket:[{inode}]": inode for inode in inodes}
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        for link in _links(process):
            if link in wanted:
                found[wanted[link]] = int(process.name)
    return found


def _links(process: Path) -> Iterator[str]:
    try:
        for handle in (process / "fd").iterdir():
            yield str(handle.readlink())
    except OSError:  # another user's, or gone meanwhile
        return


def command_line(pid: int) -> str:
    """The command of a process as typed, empty when it is gone."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return " ".join(word.decode(errors="replace") for word in words if word)

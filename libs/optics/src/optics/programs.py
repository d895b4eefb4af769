"""The processes of one till stack, as data."""

import sys
from pathlib import Path
from typing import Final

import msgspec

from optics.folder import CONFIG, LEAF, TILL
from optics.hub_folder import CONF
from optics.ports import Ports
from till_nats.binary import server_binary

INFRASTRUCTURE: Final = 0
SERVICE: Final = 1
FRONT: Final = 2


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """One process. `tier`: lower starts earlier and stops later. `ready_mark` is in the line it prints when it
    serves; without one the till's own status tells."""

    name: str
    argv: tuple[str, ...]
    tier: int
    ready_mark: str = ""


def programs(folder: Path, ports: Ports, *, till: str = TILL, ofd: bool = True) -> tuple[Program, ...]:
    """Everything a till needs, the emulators included; without `ofd` the operator is somebody else's."""
    seed = 1 if till == TILL else till  # each till has an FN of its own
    config = str(folder / CONFIG)
    services = ("buffer-actor", "printer-actor", "ofd-forwarder", "catalog-cache", "heartbeat")
    return (
        _server("nats-server", folder / LEAF),
        _emulator(
            "kkt-emulator", folder, "--port", ports.kkt, "--control-port", ports.kkt_control, "--seed", seed
        ),
        *((_operator(folder, ports),) if ofd else ()),
        *(_module(name, "--config", config, tier=SERVICE) for name in services),
        _module("pos-gateway", "--config", config, tier=FRONT, ready_mark="http_listening"),
    )


def hub_programs(folder: Path, ofd: Ports) -> tuple[Program, ...]:
    """Head office: a server, and the operator that its tills share."""
    return (_server("hub-server", folder / CONF), _operator(folder, ofd))


def _server(name: str, config: Path) -> Program:
    argv = (str(server_binary()), "-c", str(config))
    return Program(name=name, argv=argv, tier=INFRASTRUCTURE, ready_mark="Server is ready")


def _operator(folder: Path, ports: Ports) -> Program:
    return _emulator("ofd-emulator", folder, "--port", ports.ofd, "--control-port", ports.ofd_control)


def _emulator(name: str, folder: Path, *options: object) -> Program:
    data = str(folder / "data" / name)
    return _module(name, *map(str, options), "--data", data, tier=INFRASTRUCTURE, ready_mark="ready port=")


def _module(name: str, *options: str, tier: int, ready_mark: str = "") -> Program:
    argv = (sys.executable, "-m", name.replace("-", "_"), *options)
    return Program(name=name, argv=argv, tier=tier, ready_mark=ready_mark)

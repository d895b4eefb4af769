"""Composition root: arguments → parts → run until a signal."""

import argparse
import asyncio
import datetime as dt
import logging
import signal
import socket
import sys
import time
from pathlib import Path

from aiohttp import web

from kkt_emulator.control import Control
from kkt_emulator.conversation import Conversation
from kkt_emulator.device import Device
from kkt_emulator.faults import FaultPlan
from kkt_emulator.fn import Fn
from kkt_emulator.identity import IdentityKind, identity
from kkt_emulator.kkt import Kkt
from kkt_emulator.paper import Paper, command_latency_s
from kkt_emulator.ports import PortTaken, PtyWire, listening_socket, serve_tcp
from kkt_emulator.store import FnStore, FolderInUse, KktStore, lock_folder

LOOPBACK = "127.0.0.1"
CANNOT_START = 2
SHUTDOWN_S = 0.5


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="kkt-emulator", description="A virtual KKT with its FN.")
    parser.add_argument("--host", default=LOOPBACK, help="address of the KKT port (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=7778, help="KKT port, 0 = any free one (default: %(default)s)"
    )
    parser.add_argument(
        "--control-port", type=int, default=7779, help="HTTP port on loopback (default: %(default)s)"
    )
    parser.add_argument("--data", type=Path, default=Path("kkt-data"), help="folder of the KKT and its FN")
    parser.add_argument("--seed", default="0", help="decides FN number, serial number and signs")
    parser.add_argument("--pty", type=Path, help="make a pseudo-terminal with this name too")
    parser.add_argument("--print-time", choices=("zero", "real"), default="zero", help="how long paper takes")
    parser.add_argument(
        "--identity", choices=list(IdentityKind), default=IdentityKind.DESKTOP, type=IdentityKind
    )
    parser.add_argument("--verbose", action="store_true", help="one line for each command on stderr")
    return parser.parse_args()


def local_now() -> dt.datetime:
    """The machine's wall clock without a zone, as a KKT has it."""
    return dt.datetime.now(tz=dt.UTC).astimezone().replace(tzinfo=None)


async def serve(options: argparse.Namespace, kkt_port: socket.socket, control_port: socket.socket) -> None:
    """Run until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    real = options.print_time == "real"
    fn_store, kkt_store, plan = FnStore(options.data), KktStore(options.data), FaultPlan()
    paper = Paper(plan, time.monotonic, real=real)
    fn = Fn(fn_store, local_now, options.seed)
    kkt = Kkt(identity(options.identity, options.seed), kkt_store, fn, paper, plan, local_now)
    latency = command_latency_s if real else lambda _code: 0.0
    conversation = Conversation(Device(kkt), plan, loop.call_later, latency)
    pty = PtyWire(options.pty, conversation) if options.pty else None
    runner = web.AppRunner(
        Control(kkt, plan, conversation).app(), access_log=None, shutdown_timeout=SHUTDOWN_S
    )
    await runner.setup()
    await web.SockSite(runner, control_port).start()
    if pty is not None:
        pty.open()
    print(ready_line(options, kkt_port, control_port, fn.state.number), flush=True)
    async with asyncio.TaskGroup() as group:
        server = group.create_task(serve_tcp(kkt_port, conversation))
        await stop.wait()
        server.cancel()
    if pty is not None:
        pty.remove()
    await runner.cleanup()
    kkt.save()
    kkt_store.close()
    fn_store.close()


def ready_line(
    options: argparse.Namespace, kkt_port: socket.socket, control_port: socket.socket, fn: str
) -> str:
    """One line for people and programs: where everything is."""
    at_pty = f" pty={options.pty}" if options.pty else ""
    port, control = kkt_port.getsockname()[1], control_port.getsockname()[1]
    return f"kkt-emulator ready port={port} control={control} fn={fn}{at_pty}"


def main() -> int:
    """Return the exit code: 0 after a signal, 2 when a port or the folder is taken."""
    options = arguments()
    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(level=level, stream=sys.stderr, format="%(asctime)s %(message)s")
    try:
        lock = lock_folder(options.data)
        kkt_port = listening_socket(options.host, options.port)
        control_port = listening_socket(LOOPBACK, options.control_port)
    except (PortTaken, FolderInUse) as error:
        print(f"kkt-emulator: {error}", file=sys.stderr)
        return CANNOT_START
    with lock, kkt_port, control_port:
        asyncio.run(serve(options, kkt_port, control_port))
    return 0


if __name__ == "__main__":
    sys.exit(main())

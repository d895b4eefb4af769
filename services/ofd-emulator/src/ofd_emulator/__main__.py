"""Entry: arguments → parts → serve until a signal."""

import argparse
import asyncio
import signal
import sys
from datetime import datetime
from pathlib import Path

from aiohttp import web

from ofd_emulator.archive import Archive, ArchiveError
from ofd_emulator.control import control_app
from ofd_emulator.faults import Fault, FaultSwitch, Mode
from ofd_emulator.listener import Listener, PortTaken
from ofd_emulator.session import Session
from ofd_emulator.state import Operator

LOOPBACK = "127.0.0.1"


def main() -> int:
    """Run the emulator; exit 2 when a port or the data folder cannot be had."""
    options = _arguments().parse_args()
    try:
        asyncio.run(serve(options))
    except (OSError, ArchiveError) as error:
        print(f"ofd-emulator: {error}", file=sys.stderr)
        return 2
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ofd_emulator", description="A virtual tax operator (OFD) on TCP.")
    parser.add_argument(
        "--host", default=LOOPBACK, help="address for KKTs; the control port is always loopback"
    )
    parser.add_argument("--port", type=int, default=7790, help="port for KKTs, 0 = a free one (printed)")
    parser.add_argument(
        "--control-port", type=int, default=7791, help="control port, 0 = a free one (printed)"
    )
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder of the kept documents"
    )
    parser.add_argument(
        "--seed", type=int, default=1, help="key of the operator sign; equal seeds sign equally"
    )
    parser.add_argument("--inn", default="7704358518", help="INN of the operator, tag 1017")
    return parser


async def serve(options: argparse.Namespace) -> None:
    """Serve KKTs and the control port until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with Archive(options.data / "documents.jsonl") as archive:
        operator = Operator(inn=options.inn, key=f"ofd-emulator {options.seed}".encode())
        operator.restore(archive.load())
        faults = FaultSwitch()
        session = Session(operator, archive, faults, now=lambda: datetime.now().astimezone())
        listener = Listener(options.host, options.port, session.serve)

        async def set_fault(fault: Fault) -> None:
            faults.set(fault)
            await (listener.close() if fault.mode is Mode.DOWN else listener.open())

        runner = web.AppRunner(
            control_app(operator, faults, set_fault), access_log=None, shutdown_timeout=0.5
        )
        await runner.setup()
        try:
            await _start_control(runner, options.control_port)
            await listener.open()
            control_port = int(runner.addresses[0][1])
            print(f"ready port={listener.port} control={control_port}", flush=True)
            await stop.wait()
        finally:
            await runner.cleanup()
            await listener.shut()


async def _start_control(runner: web.AppRunner, port: int) -> None:
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError as error:
        raise PortTaken(f"control port {port} cannot be had: {error.strerror}") from error


if __name__ == "__main__":
    sys.exit(main())

"""`optics demo`: one till and both emulators until Ctrl-C; goes on from the data of the last time."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from actor.lock import FolderInUse
from optics.folder import TOKENS
from optics.log_lines import loud
from optics.ports import LOOPBACK, Ports
from optics.stack import PortsTaken, StackError, TillStack
from till_nats.errors import ServerMissing

SCREEN_ROLE = "cashier"
SHOWN = 20
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Teller:
    """Prints what happens, with the time since the start. What the children complain of while they wait for each
    other is kept for the case of failure; once we stop them it does not count."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self.early: list[str] | None = []
        self.stopping = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def say(self, text: str) -> None:
        tell(f"{self.seconds:6.1f} с  {text}")

    def line(self, name: str, line: str) -> None:
        """A line of a child's output."""
        text = None if self.stopping else loud(line)
        if not text:
            return
        if self.early is None:
            self.say(f"{name}: {text}")
        else:
            self.early.append(f"{name}: {text}")

    def event(self, name: str, event: str) -> None:
        """Something that happened to a child."""
        if not self.stopping:
            self.say(f"{name}: {event}")


def tell(text: str) -> None:
    """Print; a terminal that is gone is no reason to end a till."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for the rest of this process


async def run(folder: Path, ports: Ports) -> int:
    """Run until a signal; 0, or 1 when the till could not start or go on."""
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    teller = Teller()
    tell(f"OpticsERP: касса till-001, данные в {folder}")
    try:
        stack = TillStack(folder, ports, screen_role=SCREEN_ROLE, on_line=teller.line, on_event=teller.event)
        return await _run(stack, stop, teller)
    except FolderInUse as error:
        return _fail(f"демо уже работает: процесс {error.pid} ({error.command}). Остановить: ./just stop")
    except PortsTaken as error:
        return _fail(f"{error}\nОсвободите порт (./just stop, если это забытое демо) и запустите снова.")
    except (StackError, ServerMissing) as error:
        return _fail("\n".join([*(teller.early or [])[-SHOWN:], str(error), f"Журналы: {folder / 'logs'}"]))


async def _run(stack: TillStack, stop: asyncio.Event, teller: Teller) -> int:
    """0 after a signal; a signal during the start ends it too."""
    asked: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    starting: asyncio.Future[Any] = asyncio.ensure_future(stack.__aenter__())
    await asyncio.wait({asked, starting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return 0
    starting.result()
    try:
        await _work(stack, asked, teller)
    finally:
        teller.stopping = True
        await stack.stop()
    tell("Касса остановлена, данные сохранены.")
    return 0


async def _work(stack: TillStack, asked: asyncio.Future[Any], teller: Teller) -> None:
    teller.early = None
    tell(welcome(stack, teller.seconds))
    await asyncio.wait({asked, stack.failed}, return_when=asyncio.FIRST_COMPLETED)
    if not asked.done():
        stack.failed.result()
    tell("Останавливаю…")


def welcome(stack: TillStack, seconds: float) -> str:
    """The last lines before the till works."""
    ports = stack.ports
    return f"""
Касса готова за {seconds:.1f} с. Остановить: Ctrl-C здесь или ./just stop
  журналы           {stack.folder / "logs"}
  ключи ролей       {stack.folder / TOKENS}
  ККТ (эмулятор)    http://{LOOPBACK}:{ports.kkt_control}/documents
  ОФД (эмулятор)    http://{LOOPBACK}:{ports.ofd_control}/documents
  API               {stack.url}/openapi.json
  экран кассира     {stack.url}/"""


def _fail(text: str) -> int:
    print(text, file=sys.stderr, flush=True)
    return 1

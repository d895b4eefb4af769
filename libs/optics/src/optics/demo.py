"""`optics demo`: head office, tills and emulators until Ctrl-C; goes on from the data of the last time."""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from actor.lock import FolderInUse
from optics.company import Company, till_name
from optics.crew import StackError
from optics.folder import TOKENS
from optics.log_lines import loud
from optics.ports import LOOPBACK, CompanyPorts
from optics.stack import PortsTaken, TillStack
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


async def run(folder: Path, ports: CompanyPorts) -> int:
    """Run until a signal; 0, or 1 when the till could not start or go on."""
    stop = asyncio.Event()
    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    teller = Teller()
    names = ", ".join(till_name(number + 1) for number in range(len(ports.tills)))
    tell(f"OpticsERP: центр и {names}, данные в {folder}")
    try:
        company = Company(
            folder, len(ports.tills), ports,
            screen_role=SCREEN_ROLE, on_line=teller.line, on_event=teller.event,
        )  # fmt: skip
        return await _run(company, stop, teller)
    except FolderInUse as error:
        return _fail(f"демо уже работает: процесс {error.pid} ({error.command}). Остановить: ./just stop")
    except PortsTaken as error:
        return _fail(f"{error}\nОсвободите порт (./just stop, если это забытое демо) и запустите снова.")
    except (StackError, ServerMissing) as error:
        return _fail("\n".join([*(teller.early or [])[-SHOWN:], str(error), f"Журналы: {folder}/*/logs"]))


async def _run(company: Company, stop: asyncio.Event, teller: Teller) -> int:
    """0 after a signal; a signal during the start ends it too."""
    asked: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    starting: asyncio.Future[Any] = asyncio.ensure_future(company.__aenter__())
    await asyncio.wait({asked, starting}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return 0
    starting.result()
    try:
        await _work(company, asked, teller)
    finally:
        teller.stopping = True
        await company.stop()
    tell("Всё остановлено, данные сохранены.")
    return 0


async def _work(company: Company, asked: asyncio.Future[Any], teller: Teller) -> None:
    teller.early = None
    tell(welcome(company, teller.seconds))
    await asyncio.wait({asked, *company.failed}, return_when=asyncio.FIRST_COMPLETED)
    for failed in company.failed:
        if failed.done():
            failed.result()
    tell("Останавливаю…")


def welcome(company: Company, seconds: float) -> str:
    """The last lines before the tills work."""
    first = company.tills[0]
    return "\n".join(
        [
            f"\nГотово за {seconds:.1f} с. Остановить: Ctrl-C здесь или ./just stop",
            f"  журналы           {company.folder}/*/logs",
            f"  ключи ролей       {company.folder / TOKENS}",
            f"  ОФД (эмулятор)    http://{LOOPBACK}:{first.ports.ofd_control}/documents",
            f"  центр             {company.hub.url}, потоки: {company.hub.settings.hub.monitor}/jsz?streams=1",
            *(line for till in company.tills for line in _about(till)),
            _try(first),
            f"  экран кассира     {first.url}/",
        ]
    )


def _about(till: TillStack) -> tuple[str, ...]:
    return (
        f"{till.till}",
        f"  экран и API       {till.url}/, {till.url}/openapi.json",
        f"  ККТ (эмулятор)    http://{LOOPBACK}:{till.ports.kkt_control}/documents",
    )


def _try(till: TillStack) -> str:
    return f"""Попробуйте: оборвать связь с центром, продать, восстановить, посмотреть
  ./just link down {till.till}
  продать на экране кассира: чек печатается, события ждут на кассе
  ./just link up {till.till}
  через несколько секунд они в центре: messages потока EVENTS_{till.till} выше"""


def _fail(text: str) -> int:
    print(text, file=sys.stderr, flush=True)
    return 1

"""Entry of a process: signals become one Stop, a deadline ends what does not end itself, exit codes tell why."""

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Final

from actor import log
from actor.errors import EXIT_CRASH, EXIT_OK, EXIT_OVERDUE, FatalError, fatal_in, is_stop
from actor.stop import Stop

Main = Callable[[Stop], Awaitable[None]]

DEADLINE_S: Final = 4.5
"""From the stop request to the cancellation of what still runs. A supervisor above us kills after 5 s."""

GRACE_S: Final = 0.4
"""For the cancelled rest; then the process leaves whatever its threads do."""


def run(main: Main, *, name: str) -> int:
    """Run `main` until it returns or SIGTERM/SIGINT, then return the exit code. For `sys.exit(run(main, name=…))`.

    The process ends within 5 s of the stop request even if a thread hangs: call nothing after it.
    """
    log.configure(component=name)
    outcome = asyncio.run(_supervised(main))
    if isinstance(outcome, FatalError):
        print(f"{name}: {outcome.text}", file=sys.stderr, flush=True)
        return outcome.exit_code
    return outcome


async def _supervised(main: Main) -> int | FatalError:
    stop = Stop()
    _listen(stop)
    work = asyncio.ensure_future(main(stop))
    asked = asyncio.ensure_future(stop.wait())
    await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
    _leave_for_certain()
    asked.cancel()
    if stop.requested:
        log.canonical("stopping", reason=stop.reason)
    overdue = not work.done() and not await _finish(work)
    return _outcome(work, stop, overdue=overdue)


def _listen(stop: Stop) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Ctrl-C reaches the whole process group and the runner's SIGTERM follows: the second one changes nothing.
        loop.add_signal_handler(number, stop.request, number.name)


async def _finish(work: asyncio.Future[None]) -> bool:
    await asyncio.wait({work}, timeout=DEADLINE_S)
    if work.done():
        return True
    running = sorted(task.get_name() for task in asyncio.all_tasks() if not task.done())
    log.get().error("stop_overdue", deadline_s=DEADLINE_S, tasks=running)
    work.cancel()
    await asyncio.wait({work}, timeout=GRACE_S / 2)
    return False


def _outcome(work: asyncio.Future[None], stop: Stop, *, overdue: bool) -> int | FatalError:
    error = _error(work, overdue=overdue)
    fatal = (fatal_in(error) if error else None) or stop.failure
    if fatal:
        log.canonical("stopped", exit_code=fatal.exit_code, reason=fatal.text)
        return fatal
    if error and not is_stop(error):
        log.get().critical("crashed", exc_info=error)
        return EXIT_CRASH
    code = EXIT_OVERDUE if overdue else EXIT_OK
    log.canonical("stopped", exit_code=code, reason=stop.reason or "done")
    return code


def _error(work: asyncio.Future[None], *, overdue: bool) -> BaseException | None:
    if not work.done():
        return None
    if not work.cancelled():
        return work.exception()
    return None if overdue else RuntimeError("main was cancelled from within")


def _leave_for_certain() -> None:
    # A hung thread (serial port, name look-up, SQLite) would keep the interpreter alive after `run` returned.
    timer = threading.Timer(DEADLINE_S + GRACE_S, os._exit, (EXIT_OVERDUE,))
    timer.daemon = True
    timer.start()

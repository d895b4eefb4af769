"""Composition: settings → parts → run. Tests hand in another clock, ids and a checkpoint that kills."""

import shutil
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from actor import log
from actor.bus import Bus
from actor.health import Health
from actor.lock import DataFolder
from actor.mailbox import Mailbox
from actor.metrics import serve_metrics
from actor.service import serve
from actor.stop import Stop
from actor.supervisor import Child, supervise
from buffer_actor import faults, metrics
from buffer_actor.accept import Limits
from buffer_actor.actor import BufferActor, CheckBuffer, Done, Message, SettleTask
from buffer_actor.boot import Boot, prepare
from buffer_actor.bound import read_bound, store_bound
from buffer_actor.buffer_stream import BufferStream
from buffer_actor.condition import Condition
from buffer_actor.context import Context
from buffer_actor.endpoints import MAILBOX_S, Endpoints
from buffer_actor.events_publisher import EventsPublisher
from buffer_actor.gauges import keep_gauges
from buffer_actor.hub_watch import HubWatch
from buffer_actor.keeper import Keeper
from buffer_actor.letters import tell_letters
from buffer_actor.releaser import Releaser
from buffer_actor.rows import TaskResult, TaskRow
from buffer_actor.runner import TaskRunner
from buffer_actor.server_check import StreamsDrifted
from buffer_actor.store import Ledger
from buffer_actor.waiters import Waiters
from buffer_actor.world import World
from contracts import services
from contracts.commands import PerformTask, TaskDone
from contracts.refusals import Refusal
from contracts.settings import TillSettings
from contracts.states import OfdState, PrinterState
from contracts.subjects import Subjects
from hlc import Clock, Timestamp

NAME: Final = "buffer-actor"
VERSION: Final = "0.1.0"
MAX_DRIFT_MS: Final = 60_000
PERFORM_S: Final = 10.0
MEBIBYTE: Final = 1024 * 1024


def wall_ms() -> int:
    """Milliseconds since 1970 UTC by this machine."""
    return time.time_ns() // 1_000_000


def free_bytes(folder: Path) -> int:
    """Space left on the folder's file system."""
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """What is passed in: time, identity, the disk, and where a test lets us die."""

    now_ms: Callable[[], int] = wall_ms
    monotonic: Callable[[], float] = time.monotonic
    new_id: Callable[[], str] = lambda: str(uuid.uuid4())
    free_bytes: Callable[[Path], int] = free_bytes
    at: faults.Checkpoint = faults.nothing
    seed: bool = True  # False: the server asks for no key


async def run_till(settings: TillSettings, stop: Stop, outside: Outside | None = None) -> None:
    """Serve one till until the stop."""
    log.bind_till(settings.till.id)
    world = outside or Outside()
    with DataFolder(Path(settings.till.data) / NAME) as folder:
        ledger = await Ledger.open(folder.path / "ledger.db")
        try:
            clock = await _clock(settings, folder.path, ledger, world)
            seed = Path(settings.nats.keys) / f"{NAME}.nk" if world.seed else None
            connected = await Bus.connect(
                settings.nats.url, name=NAME, seed_path=seed, stop=stop, clock=clock
            )
            async with connected as bus:
                await _serve(settings, stop, world, folder.path, ledger, clock, bus)
        finally:
            await ledger.close()


async def _clock(settings: TillSettings, folder: Path, ledger: Ledger, outside: Outside) -> Clock:
    """Above everything that an earlier life stamped, even if the file of the bound is gone."""
    newest = await ledger.last_hlc()
    bounds = [
        bound for bound in (read_bound(folder), Timestamp.parse(newest).wall_ms if newest else None) if bound
    ]
    return Clock(
        settings.till.id,
        outside.now_ms,
        max_drift_ms=MAX_DRIFT_MS,
        bound_ms=max(bounds, default=None),
        persist_bound=partial(store_bound, folder),
    )


async def _serve(
    settings: TillSettings,
    stop: Stop,
    outside: Outside,
    folder: Path,
    ledger: Ledger,
    clock: Clock,
    bus: Bus,
) -> None:
    subjects, mailbox = Subjects(settings.till.id), Mailbox[Message]()

    async def contradict(letter_id: str, text: str) -> None:
        await mailbox.put(context.letter(letter_id, text))

    buffer = BufferStream(bus, subjects, outside.new_id)
    events = EventsPublisher(bus, subjects, ledger, contradict=contradict, at=outside.at)
    context = Context(
        till=settings.till.id,
        tax_system=settings.till.tax_system,
        ledger=ledger,
        buffer=buffer,
        events=events,
        hub=HubWatch(bus, ledger, events),
        releaser=Releaser(buffer, outside.at),
        condition=Condition(lambda: int(bus.client.stats["reconnects"])),
        waiters=Waiters(),
        world=World(outside.monotonic, printer_silence_s=settings.buffer.printer_silence_s),
        clock=clock,
        limits=Limits(
            unprinted_limit_s=settings.buffer.unprinted_limit_s,
            disk_reserve_bytes=settings.buffer.disk_reserve_mb * MEBIBYTE,
            auto_open_shift=settings.kkt.auto_open_shift,
        ),
        now_ms=outside.now_ms,
        new_id=outside.new_id,
        free_bytes=lambda: outside.free_bytes(folder),
        running_since_ms=outside.now_ms(),
        at=outside.at,
        notify=metrics.count,
    )
    keeper = Keeper(context)
    await prepare(context, keeper, capacity=settings.buffer.capacity)
    children = _children(settings, outside, context, keeper, mailbox, bus, subjects, stop)
    await supervise(children, stop)


def _children(
    settings: TillSettings,
    outside: Outside,
    context: Context,
    keeper: Keeper,
    mailbox: Mailbox[Message],
    bus: Bus,
    subjects: Subjects,
    stop: Stop,
) -> list[Child]:
    health = Health()
    actor = BufferActor(context, keeper, mailbox)
    boot = Boot(context, keeper, mailbox, bus, monitor=settings.nats.monitor, monotonic=outside.monotonic)
    runner = TaskRunner(context.ledger, partial(_perform, bus, subjects), partial(_settle, mailbox))
    _listen_to_the_server(bus, context, keeper, boot, stop)

    async def endpoints(stop: Stop) -> None:
        handlers = Endpoints(
            context, mailbox, bus, subjects, task_stored=runner.wake, monotonic=outside.monotonic, stop=stop
        )
        await serve(bus, stop, name=NAME, version=VERSION, endpoints=handlers.all())

    async def check() -> bool:
        return await mailbox.ask(CheckBuffer(), bool, timeout_s=MAILBOX_S)

    async def show(stop: Stop) -> None:
        port = settings.metrics.buffer_actor
        if port:
            await serve_metrics(port, health, stop, pos_id=settings.till.id)

    async def watch_hub(stop: Stop) -> None:
        if settings.hub.urls:
            await context.hub.run(stop, now_ms=context.now_ms, monotonic=outside.monotonic)

    return [
        Child(name="actor", start=actor.run, stop_timeout_s=2.5, signals_ready=True),
        Child(name="releaser", start=context.releaser.run),
        Child(name="events", start=context.events.run),
        Child(name="keeper", start=lambda stop: keeper.run(stop, check)),
        Child(name="states", start=partial(_hear, bus, subjects, context.world), signals_ready=True),
        Child(name="service", start=endpoints, stop_timeout_s=2.5, signals_ready=True),
        Child(name="runner", start=runner.run),
        Child(name="boot", start=boot.run, restart="transient"),
        Child(name="hub", start=watch_hub, restart="transient"),
        Child(name="letters", start=lambda stop: tell_letters(context.ledger, bus, subjects, mailbox, stop)),
        Child(name="gauges", start=lambda stop: keep_gauges(context, health, stop)),
        Child(name="metrics", start=show, restart="transient"),
    ]


def _listen_to_the_server(bus: Bus, context: Context, keeper: Keeper, boot: Boot, stop: Stop) -> None:
    async def reconnected() -> None:
        keeper.wake()
        context.events.look_again()
        try:
            await boot.check_again()
        except StreamsDrifted as error:
            stop.fail(error)

    bus.on_reconnect(reconnected)


async def _hear(bus: Bus, subjects: Subjects, world: World, stop: Stop) -> None:
    """Latest states of the others until the stop."""

    async def printer(state: PrinterState, _: object) -> None:
        world.hear_printer(state)

    async def ofd(state: OfdState, _: object) -> None:
        world.hear_ofd(state)

    heard = [
        await bus.subscribe(subjects.state("printer"), PrinterState, printer),
        await bus.subscribe(subjects.state("ofd"), OfdState, ofd),
    ]
    stop.ready()
    await stop.wait()
    if bus.connected:
        for subscription in heard:
            await subscription.unsubscribe()


async def _perform(bus: Bus, subjects: Subjects, command: PerformTask) -> TaskResult:
    subject = subjects.command(services.PERFORM.service, services.PERFORM.verb)
    return await bus.request(subject, command, TaskDone | Refusal, PERFORM_S)


async def _settle(mailbox: Mailbox[Message], row: TaskRow, outcome: TaskResult) -> None:
    await mailbox.ask(SettleTask(row, outcome), Done, timeout_s=MAILBOX_S)

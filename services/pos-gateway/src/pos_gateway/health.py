"""Can this till sell? Decided from the newest words of its services; answers at once even when they are silent."""

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

import msgspec

from contracts import services
from contracts.commands import BufferStatus, ReadBufferStatus
from contracts.states import BreakerState, ModeState, OfdState, PrinterState
from pos_gateway.answers import Components, HealthAnswer, HealthStatus
from pos_gateway.errors import Problem
from pos_gateway.modes import odoo_word
from pos_gateway.till import Till
from pos_gateway.views import kkt_word, ofd_word, percent

ASK_S: Final = 0.5
FRESH_MS: Final = 5_000
"""Services tell their state about once a second."""

OK, DEGRADED, UNHEALTHY = HealthStatus.HEALTHY, HealthStatus.DEGRADED, HealthStatus.UNHEALTHY
_RANK: Final = {OK: 0, DEGRADED: 1, UNHEALTHY: 2}

_KKT: Final = {
    "up": (OK, ""),
    "unknown": (UNHEALTHY, "Служба принтера чеков молчит."),
    "connecting": (UNHEALTHY, "Идёт соединение с принтером чеков."),
    "down": (UNHEALTHY, "Принтер чеков не отвечает."),
    "fn_full": (UNHEALTHY, "Фискальный накопитель исчерпан."),
    "held": (UNHEALTHY, "Чек ждёт решения старшего."),
    "cannot_print": (DEGRADED, "Принтер чеков не может печатать: проверьте бумагу и крышку."),
}
_OFD: Final = {
    "up": (OK, ""),
    "slow": (OK, ""),
    "down": (DEGRADED, "ОФД недоступен: чеки копятся на кассе и уйдут сами."),
    "unknown": (DEGRADED, "Служба передачи в ОФД молчит."),
}
_ODOO: Final = {
    "down": (DEGRADED, "Центральный офис недоступен: касса продаёт сама, события уйдут позже."),
}
_BREAKER: Final = {
    BreakerState.CLOSED: (OK, ""),
    BreakerState.HALF_OPEN: (DEGRADED, ""),
    BreakerState.OPEN: (DEGRADED, "Передача в ОФД приостановлена после ошибок."),
}
_BUFFER: Final = {
    "ok": (OK, ""),
    "warning": (DEGRADED, "Буфер чеков заполнен больше чем на 80 %."),
    "maintenance": (DEGRADED, "Касса на обслуживании."),
    "full": (UNHEALTHY, "Буфер чеков заполнен: продажи остановлены."),
    "starting": (UNHEALTHY, "Касса запускается и проверяет журнал."),
    "stopped": (UNHEALTHY, "Касса остановлена: данные противоречат друг другу."),
    "unknown": (UNHEALTHY, "Служба буфера чеков молчит."),
}


class States(msgspec.Struct, kw_only=True):
    """The newest words heard, whatever answers now."""

    printer: PrinterState | None = None
    ofd: OfdState | None = None
    mode: ModeState | None = None


S = TypeVar("S", PrinterState, OfdState, ModeState)


def freshest(now_ms: int, *words: S | None) -> S | None:
    """The newest of the words, if it is young enough to be true."""
    newest = max((word for word in words if word is not None), key=lambda word: word.at_ms, default=None)
    return newest if newest is not None and now_ms - newest.at_ms < FRESH_MS else None


def buffer_word(status: BufferStatus | None) -> str:
    """The buffer in one word."""
    if status is None:
        return "unknown"
    if status.stopped:
        return "stopped"
    if not status.boot_passed:
        return "starting"
    if status.queued >= status.capacity:
        return "full"
    if status.maintenance:
        return "maintenance"
    return "warning" if percent(status) >= 80 else "ok"


def judge(
    till: str,
    status: BufferStatus | None,
    printer: PrinterState | None,
    ofd: OfdState | None,
    mode: ModeState | None,
) -> HealthAnswer:
    """The verdict on one set of words; None is silence."""
    kkt, line, buffer = kkt_word(printer), ofd_word(ofd), buffer_word(status)
    breaker = ofd.breaker if ofd else None
    odoo = odoo_word(mode)
    parts = (
        _KKT[kkt],
        _OFD[line],
        _BUFFER[buffer],
        _BREAKER[breaker] if breaker else (OK, ""),
        _ODOO.get(odoo, (OK, "")),
    )
    return HealthAnswer(
        status=max((verdict for verdict, _ in parts), key=_RANK.__getitem__),
        components=Components(
            kkt_device=kkt,
            ofd_connection=line,
            odoo_connection=odoo,
            buffer=buffer,
            circuit_breaker=breaker.value if breaker else "unknown",
        ),
        pos_id=till,
        causes=tuple(cause for _, cause in parts if cause),
    )


async def ask_health(till: Till, states: States, now_ms: Callable[[], int]) -> HealthAnswer:
    """Health now; a silent buffer costs half a second, never more."""
    try:
        async with asyncio.timeout(ASK_S):
            status: BufferStatus | None = await till.read(services.STATUS, ReadBufferStatus(), BufferStatus)
    except (Problem, TimeoutError):
        status = None
    return judge(
        till.id,
        status,
        freshest(now_ms(), states.printer, status.printer if status else None),
        freshest(now_ms(), states.ofd, status.ofd if status else None),
        freshest(now_ms(), states.mode),
    )

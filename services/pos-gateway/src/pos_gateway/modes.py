"""The till's mode in the words of the API and of the screen; pure. While heartbeat is silent the OFD line decides."""

from typing import Final

from contracts.states import Mode, ModeCause, ModeState, OfdState, Reach
from pos_gateway import answers as a
from pos_gateway.instants import instant

CAUSES: Final = {
    ModeCause.ALL_UP: "ОФД и центральный офис на связи.",
    ModeCause.OFD_DOWN: "ОФД недоступен: чеки копятся на кассе и уйдут сами.",
    ModeCause.OFD_SILENT: "Служба передачи в ОФД молчит: чеки копятся на кассе.",
    ModeCause.LINK_DOWN: "Нет связи с центральным офисом: касса продаёт сама, события уйдут после её возвращения.",
    ModeCause.ODOO_DOWN: "Центральный офис не принимает данные: касса продаёт сама, события ждут.",
    ModeCause.ODOO_SILENT: "От центрального офиса нет вестей: касса продаёт сама, события ждут.",
}
ALONE: Final = "ОФД на связи. Центральный офис не настроен."

LINK_STUCK: Final = a.AlertLine(
    level="warning",
    code="link_stuck",
    message="Связь с центральным офисом не восстанавливается, хотя он отвечает: перезапустите nats-server кассы.",
)


def network(mode: ModeState | None, ofd: OfdState | None) -> a.NetworkStatus:
    """The mode; a slow OFD is not an outage."""
    if mode is not None and mode.mode is not None:
        return a.NetworkStatus(mode.mode.value)
    return a.NetworkStatus.ONLINE if ofd is not None and ofd.reachable else a.NetworkStatus.OFFLINE


def mode_line(mode: ModeState | None, now_ms: int) -> a.ModeLine | None:
    """The mode with its age and its cause; None while it is not known."""
    if mode is None or mode.mode is None or mode.since_ms is None or mode.cause is None:
        return None
    return a.ModeLine(
        name=a.NetworkStatus(mode.mode.value),
        since=instant(mode.since_ms),
        for_seconds=max(0, (now_ms - mode.since_ms) // 1000),
        cause=mode.cause,
        message=_message(mode, mode.cause),
        ofd=mode.checks.ofd,
        link=mode.checks.link,
        odoo=mode.checks.odoo,
    )


def alerts(mode: ModeState | None) -> tuple[a.AlertLine, ...]:
    """What a person should do about the mode."""
    return (LINK_STUCK,) if mode is not None and mode.link_stuck else ()


def odoo_word(mode: ModeState | None) -> str:
    """Head office in one word; `unknown` while heartbeat is silent."""
    return "unknown" if mode is None else mode.checks.odoo.value


def _message(mode: ModeState, cause: ModeCause) -> str:
    alone = mode.mode is Mode.ONLINE and mode.checks.odoo is Reach.NOT_CONFIGURED
    return ALONE if alone else CAUSES[cause]

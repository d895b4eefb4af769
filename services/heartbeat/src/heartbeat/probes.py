"""What alive means for each part, and which mode follows. Pure."""

import msgspec

from contracts.states import Link, Mode, ModeCause, ModeChecks, OfdState, PrinterState, Reach
from heartbeat.machine import Verdict


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """The till's nats-server as its monitor shows it. `hubs` are host:port; none: the till stands alone."""

    healthy: bool
    hubs: tuple[str, ...] = ()
    linked: bool = False


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """Head office's last word that is fresh."""

    up: bool


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found at one moment. A state is None until its service has spoken; `…_silent`: for too long."""

    server: Server | None  # None: its monitor does not answer
    printer: PrinterState | None = None
    printer_silent: bool = False
    ofd: OfdState | None = None
    ofd_silent: bool = False
    word: Word | None = None


def checks(facts: Facts) -> ModeChecks:
    """One word for each part."""
    link = _link(facts.server)
    return ModeChecks(
        nats=Reach.UP if facts.server and facts.server.healthy else Reach.DOWN,
        kkt=_kkt(facts),
        ofd=_ofd(facts),
        link=link,
        odoo=_odoo(link, facts.word),
    )


def verdict(facts: Facts) -> Verdict | None:
    """The mode that this check speaks for, and the part that decides; None when nothing can be told."""
    found = checks(facts)
    if found.ofd is Reach.DOWN:
        return Verdict(Mode.OFFLINE, ModeCause.OFD_SILENT if facts.ofd_silent else ModeCause.OFD_DOWN)
    if Reach.UNKNOWN in (found.ofd, found.link):
        return None
    if found.link is Reach.DOWN:
        return Verdict(Mode.DEGRADED, ModeCause.LINK_DOWN)
    if found.odoo is Reach.DOWN:
        return Verdict(Mode.DEGRADED, ModeCause.ODOO_DOWN if facts.word else ModeCause.ODOO_SILENT)
    return Verdict(Mode.ONLINE, ModeCause.ALL_UP)


def _kkt(facts: Facts) -> Reach:
    if facts.printer_silent:
        return Reach.DOWN
    if facts.printer is None or facts.printer.link is Link.CONNECTING:
        return Reach.UNKNOWN
    return Reach.UP if facts.printer.link is Link.UP else Reach.DOWN


def _ofd(facts: Facts) -> Reach:
    if facts.ofd_silent:
        return Reach.DOWN
    if facts.ofd is None:
        return Reach.UNKNOWN
    if facts.ofd.reachable:
        return Reach.SLOW if facts.ofd.slow else Reach.UP
    # Not reachable though nothing failed: the line was not tried yet.
    return Reach.DOWN if facts.ofd.failures_in_row else Reach.UNKNOWN


def _link(server: Server | None) -> Reach:
    if server is None:
        return Reach.UNKNOWN
    if not server.hubs:
        return Reach.NOT_CONFIGURED
    return Reach.UP if server.linked else Reach.DOWN


def _odoo(link: Reach, word: Word | None) -> Reach:
    """Only a word that can still be heard counts: what was said before a cut says nothing about now."""
    if link is not Reach.UP:
        return link
    return Reach.UP if word and word.up else Reach.DOWN

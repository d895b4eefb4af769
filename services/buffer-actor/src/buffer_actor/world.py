"""What the other services said last, and for how long it holds."""

from collections.abc import Callable
from typing import Final

from contracts.states import Link, OfdState, PrinterState

OFD_SILENCE_S: Final = 5.0
"""After this without a word the line to the OFD counts as away; states come about once a second."""


class World:
    """Latest states by the clock of this process; a sender's own clock is not asked."""

    def __init__(self, monotonic: Callable[[], float], *, printer_silence_s: float) -> None:
        self._monotonic = monotonic
        self._printer_silence_s = printer_silence_s
        self._printer: PrinterState | None = None
        self._printer_heard_s = monotonic()  # from our start on it has this long to speak
        self._ofd: OfdState | None = None
        self._ofd_heard_s = 0.0

    def hear_printer(self, state: PrinterState) -> None:
        self._printer, self._printer_heard_s = state, self._monotonic()

    def hear_ofd(self, state: OfdState) -> None:
        self._ofd, self._ofd_heard_s = state, self._monotonic()

    @property
    def printer(self) -> PrinterState | None:
        """printer-actor's word while it holds."""
        return None if self.printer_silent else self._printer

    @property
    def printer_silent(self) -> bool:
        """Nothing heard for too long."""
        return self._monotonic() - self._printer_heard_s > self._printer_silence_s

    @property
    def device_off(self) -> bool:
        """The KKT is known to be away: its link is down, or nobody speaks for it."""
        return self.printer_silent or (self._printer is not None and self._printer.link is Link.DOWN)

    @property
    def ofd(self) -> OfdState | None:
        """ofd-forwarder's word while it holds."""
        heard = self._ofd is not None and self._monotonic() - self._ofd_heard_s <= OFD_SILENCE_S
        return self._ofd if heard else None

    @property
    def ofd_reachable(self) -> bool:
        state = self.ofd
        return state is not None and state.reachable

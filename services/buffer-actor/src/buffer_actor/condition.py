"""Whether new work may be taken: the stage of the boot guard, the guard of BUFFER, contradictions."""

import enum
from collections.abc import Callable, Sequence

from contracts.dead import DeadLetter
from contracts.refusals import Code, Refusal, refuse


class Stage(enum.IntEnum):
    """How far the boot guard is."""

    STARTING = 0
    COMPARED = 1  # server, streams and ledger agree; the FN was not asked yet
    PASSED = 2


class Condition:
    """In memory only: a new life begins at STARTING with the guard set."""

    def __init__(self, connection: Callable[[], int]) -> None:
        self._connection = (
            connection  # changes with each reconnect, before the first message of the new connection
        )
        self._guarded_for = -1
        self.stage = Stage.STARTING
        self.waits_for = ""
        self.letters: tuple[DeadLetter, ...] = ()

    @property
    def guarded(self) -> bool:
        """BUFFER has to be compared with the ledger before a new key is taken."""
        return self._guarded_for != self._connection()

    def guard(self) -> None:
        self._guarded_for = -1

    def connection(self) -> int:
        """To be read before BUFFER is, and handed to `compared` after."""
        return self._connection()

    def compared(self, connection: int) -> None:
        """BUFFER and ledger agreed over this connection; a reconnect meanwhile keeps the guard set."""
        self._guarded_for = connection

    @property
    def stopped(self) -> str:
        """Every contradiction, in Russian; empty when there is none."""
        return " ".join(letter.text for letter in self.letters)

    def stop(self, letters: Sequence[DeadLetter]) -> None:
        self.letters = tuple(letters)

    def refusal(self, *, device_off: bool, needs_buffer: bool = True) -> Refusal | None:
        """Why nothing new can be judged now, never final; None when the gates may decide.

        While only the FN's word is missing and the KKT is known to be off, the gates do decide: they refuse for good,
        with the reason that the cashier can mend.
        """
        if self.letters:
            return refuse(Code.STOPPED, contradictions=[letter.text for letter in self.letters])
        if self.stage is Stage.STARTING or (needs_buffer and self.guarded):
            return refuse(Code.STARTING, waits_for=self.waits_for)
        if self.stage is Stage.COMPARED and not device_off:
            return refuse(Code.STARTING, waits_for=self.waits_for)
        return None

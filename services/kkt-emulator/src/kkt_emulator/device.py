"""One command in, one answer out: dispatch, faults of the device itself, storing the memory."""

import logging
import sqlite3

from fiscal.kkt.commands import code_of, describe, encode_error, encode_reply, parse_request
from fiscal.kkt.errors import BadRequest, UnknownCommand
from kkt_emulator.faults import Busy, ForeignReceipt
from kkt_emulator.foreign import register_foreign_receipt
from kkt_emulator.handlers import HANDLERS
from kkt_emulator.kkt import Kkt
from kkt_emulator.refusal import PowerCut, PowerPoint, Refusal

BAD_PARAMETERS, UNSUPPORTED, PRINTING, FN_FAILURE = 0x33, 0x37, 0x50, 0x03

log = logging.getLogger(__name__)


class Device:
    """Executes DATA of requests; PowerCut when the plan says so."""

    def __init__(self, kkt: Kkt) -> None:
        self.kkt = kkt
        self.last_answers: dict[bytes, bytes] = {}

    def execute(self, data: bytes) -> bytes:
        """Return DATA of the answer; what it says is stored."""
        kkt = self.kkt
        code = kkt.command = code_of(data)
        try:
            answer = self._answer(data)
            kkt.save()
            kkt.power_point(PowerPoint.BEFORE_ANSWER)
        except PowerCut as cut:
            if cut.memory_kept:
                kkt.save()
            raise
        if log.isEnabledFor(logging.INFO):
            log.info("%s -> %s", describe(data), answer[len(code) : len(code) + 1].hex())
        self.last_answers[code] = answer
        return answer

    def _answer(self, data: bytes) -> bytes:
        kkt, code = self.kkt, self.kkt.command
        try:
            if kkt.plan.take(Busy, code):
                raise Refusal(PRINTING)
            self._let_another_host_in("before")
            command, request = parse_request(data)
            handler = HANDLERS.get(code)
            if handler is None:
                raise Refusal(UNSUPPORTED)
            answer = encode_reply(command, handler(kkt, request))
            self._let_another_host_in("after")
        except UnknownCommand:
            return self._refuse(code, UNSUPPORTED)
        except BadRequest as error:
            log.warning("%s", error)
            return self._refuse(code, BAD_PARAMETERS)
        except Refusal as refusal:
            return self._refuse(code, refusal.code)
        except sqlite3.Error as error:
            log.error("the FN's storage failed: %s", error)
            kkt.fn.reload()
            return self._refuse(code, FN_FAILURE)
        return answer

    def _refuse(self, code: bytes, error: int) -> bytes:
        self.kkt.memory.last_error = error
        return encode_error(code, error)

    def _let_another_host_in(self, when: str) -> None:
        fault = self.kkt.plan.peek(ForeignReceipt, self.kkt.command)
        if fault is not None and fault.when == when:
            self.kkt.plan.take(ForeignReceipt, self.kkt.command)
            register_foreign_receipt(self.kkt, fault.total)

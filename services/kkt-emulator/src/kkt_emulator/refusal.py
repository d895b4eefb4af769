"""How a command ends other than well."""

import enum


class Refusal(Exception):
    """The device answers with this error code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{code:02X}h")
        self.code = code


class PowerPoint(enum.StrEnum):
    """Where a power cut may fall."""

    INSIDE_REQUEST = "inside_request"
    BEFORE_FN = "before_fn"
    AFTER_FN = "after_fn"
    BEFORE_ANSWER = "before_answer"
    PRINTING = "printing"


class PowerCut(Exception):
    """The device has lost its power; only what is on the disk remains.

    `memory_kept`: the KKT had stored its memory by then (it was printing).
    """

    def __init__(self, restart_s: float, *, memory_kept: bool = False) -> None:
        super().__init__(f"back in {restart_s} s")
        self.restart_s = restart_s
        self.memory_kept = memory_kept

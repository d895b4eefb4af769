"""Errors of the runtime, split by what the caller should do: give up, wait for another life, ask again."""

from typing import Final

EXIT_OK: Final = 0
EXIT_CRASH: Final = 1
EXIT_UNAVAILABLE: Final = 69
"""A part that this process cannot work without is gone for good (sysexits EX_UNAVAILABLE)."""
EXIT_GAVE_UP: Final = 70
"""Children died too often (sysexits EX_SOFTWARE)."""
EXIT_OVERDUE: Final = 71
"""The stop deadline passed and the rest was cut off (sysexits EX_OSERR)."""
EXIT_IN_USE: Final = 75
"""Another copy holds the data folder (sysexits EX_TEMPFAIL)."""
EXIT_CONFIG: Final = 78
"""The configuration is wrong (sysexits EX_CONFIG)."""


class ActorError(Exception):
    """Root of the package's errors."""


class FatalError(ActorError):
    """This process cannot go on: `run` prints `text` for a person and leaves with `exit_code`."""

    def __init__(self, exit_code: int, text: str) -> None:
        self.exit_code = exit_code
        self.text = text
        super().__init__(text)


class StopRequested(ActorError):
    """The work was given up because the process is stopping; not a failure."""


def fatal_in(error: BaseException) -> FatalError | None:
    """The first FatalError in an error or in its groups."""
    if isinstance(error, FatalError):
        return error
    if isinstance(error, BaseExceptionGroup):
        return next((found for inner in error.exceptions if (found := fatal_in(inner))), None)
    return None


def is_stop(error: BaseException) -> bool:
    """Whether an error, or everything in its group, is StopRequested."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_stop(inner) for inner in error.exceptions)
    return isinstance(error, StopRequested)

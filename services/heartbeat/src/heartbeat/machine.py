"""The mode of a till: a verdict must repeat, and a mode must last, before it changes. Pure; time comes in seconds."""

import msgspec

from contracts.states import Mode, ModeCause


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """How slow the mode is to change."""

    equal_checks: int = 3
    stay_s: float = 90.0


class Verdict(msgspec.Struct, frozen=True):
    """What one check says."""

    mode: Mode
    cause: ModeCause


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """The mode, and how often in a row the checks have spoken for another one. `since_s` is of a monotonic clock."""

    now: Verdict | None = None  # None: the first mode of a life is still to be found
    since_s: float = 0.0
    wanted: Mode | None = None
    in_row: int = 0


class Changed(msgspec.Struct, frozen=True):
    """A change of mode."""

    verdict: Verdict
    before: Mode | None


def advance(
    watch: Watch, verdict: Verdict | None, now_s: float, rules: Rules
) -> tuple[Watch, Changed | None]:
    """Count one check; None is a check that could tell nothing, so those before and after it are not in a row."""
    present = watch.now.mode if watch.now else None
    if verdict is None or verdict.mode is present:
        return msgspec.structs.replace(watch, wanted=None, in_row=0), None
    in_row = watch.in_row + 1 if verdict.mode is watch.wanted else 1
    stayed = watch.now is None or now_s - watch.since_s >= rules.stay_s
    if in_row < rules.equal_checks or not stayed:
        return msgspec.structs.replace(watch, wanted=verdict.mode, in_row=in_row), None
    return Watch(now=verdict, since_s=now_s), Changed(verdict, before=present)

"""What works in this process, by name, and the worst of it."""

import enum

import msgspec


class Status(enum.StrEnum):
    """From best to worst."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


_RANK = {Status.OK: 0, Status.DEGRADED: 1, Status.DOWN: 2}


class Component(msgspec.Struct, frozen=True, kw_only=True):
    """One named part; `reason` is for a person, empty when ok."""

    status: Status
    reason: str = ""


class HealthReport(msgspec.Struct, frozen=True, kw_only=True):
    """All parts at one moment; `status` is the worst of them."""

    status: Status
    components: dict[str, Component]


class Health:
    """Parts report themselves; a part that was never reported does not count."""

    def __init__(self) -> None:
        self._components: dict[str, Component] = {}

    def ok(self, name: str) -> None:
        self._components[name] = Component(status=Status.OK)

    def degraded(self, name: str, reason: str) -> None:
        self._components[name] = Component(status=Status.DEGRADED, reason=reason)

    def down(self, name: str, reason: str) -> None:
        self._components[name] = Component(status=Status.DOWN, reason=reason)

    @property
    def status(self) -> Status:
        """The worst status of all parts; ok when there is none."""
        return max(
            (part.status for part in self._components.values()), key=_RANK.__getitem__, default=Status.OK
        )

    def report(self) -> HealthReport:
        """All parts as they are now."""
        return HealthReport(status=self.status, components=dict(self._components))

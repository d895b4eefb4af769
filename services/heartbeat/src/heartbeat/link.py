"""A leaf link that does not come back although the hub's port answers: nats-server wants a restart. Pure."""

import msgspec


class LinkWatch(msgspec.Struct, frozen=True, kw_only=True):
    """Since when (monotonic, s) the hub answers without a link; None while it does not, or the link is up."""

    since_s: float | None = None
    stuck: bool = False


def note(watch: LinkWatch, *, hub_answers: bool, now_s: float, limit_s: float) -> LinkWatch:
    """Count one look. `hub_answers`: its port took our connection while there was no link."""
    if not hub_answers:
        return LinkWatch()
    since_s = now_s if watch.since_s is None else watch.since_s
    return LinkWatch(since_s=since_s, stuck=now_s - since_s >= limit_s)

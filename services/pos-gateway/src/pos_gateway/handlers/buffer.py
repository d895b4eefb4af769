"""State of the buffer, delivery to the OFD, journal, maintenance."""

from typing import Final

from contracts import commands as c
from contracts import services
from pos_gateway import views
from pos_gateway.answers import BreakerAnswer, JournalAnswer, JournalLine, MaintenanceAnswer, SyncAnswer
from pos_gateway.bodies import MaintenanceBody, SyncBody
from pos_gateway.call import Call, Handler, Reply
from pos_gateway.health import States, freshest
from pos_gateway.query import integer, moment, word
from pos_gateway.till import Till

LEVELS: Final = ("info", "warning", "critical")
PAGE_ROWS: Final = 100
MAX_PAGES: Final = 20
"""Of the ledger for one page of a filtered journal; the caller goes on where it ended."""


def status(states: States) -> Handler:
    """A handler that shows buffer, KKT, OFD and shift."""

    async def handler(till: Till, call: Call) -> Reply:
        found = await till.read(services.STATUS, c.ReadBufferStatus(), c.BufferStatus)
        printer = freshest(call.now_ms, states.printer, found.printer)
        ofd = freshest(call.now_ms, states.ofd, found.ofd)
        mode = freshest(call.now_ms, states.mode)
        return Reply(body=views.buffer_status(found, printer, ofd, mode, call.now_ms))

    return handler


async def sync(till: Till, call: Call) -> Reply:
    """Deliver now."""
    body = call.read(SyncBody)
    started = await till.act(services.SYNC, c.Sync(by=call.role, force=body.force), c.SyncStarted)
    return Reply(status=202, body=SyncAnswer(status="started", run_id=started.run_id))


async def reset_breaker(till: Till, call: Call) -> Reply:
    """Close the breaker of the OFD line."""
    done = await till.act(services.RESET_BREAKER, c.ResetBreaker(by=call.role), c.BreakerReset)
    return Reply(body=BreakerAnswer(before=done.before, after=done.after))


def maintenance(*, on: bool) -> Handler:
    """A handler that stops or resumes sales."""

    async def handler(till: Till, call: Call) -> Reply:
        reason = call.read(MaintenanceBody).reason
        request = c.SetMaintenance(on=on, by=call.role, reason=reason)
        found = await till.act(services.MAINTENANCE, request, c.BufferStatus)
        return Reply(body=MaintenanceAnswer(maintenance=found.maintenance))

    return handler


async def journal(till: Till, call: Call) -> Reply:
    """Rows of the ledger, filtered by level and time."""
    limit = integer(call.query, "limit", default=100, low=1, high=500)
    after = integer(call.query, "after", default=0, low=0, high=2**53)
    level = word(call.query, "level", LEVELS)
    since, until = moment(call.query, "from"), moment(call.query, "to")

    def wanted(line: JournalLine) -> bool:
        return (
            (level is None or line.level == level)
            and (since is None or line.time >= since)
            and (until is None or line.time < until)
        )

    rows: list[JournalLine] = []
    for _ in range(MAX_PAGES):
        page = await till.read(services.JOURNAL, c.ReadJournal(after=after, limit=PAGE_ROWS), c.JournalPage)
        for row in page.rows:
            after = row.seq
            line = views.journal_line(row)
            rows += [line] if wanted(line) else []
            if len(rows) == limit:
                break
        if len(rows) == limit or not page.rows or after >= page.last_seq:
            break
    more = bool(page.rows) and after < page.last_seq
    return Reply(
        body=JournalAnswer(rows=tuple(rows), last_seq=page.last_seq, next_after=after if more else None)
    )

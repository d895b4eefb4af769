"""Control port: JSON over HTTP on loopback, for people, tests and integrators."""

from collections.abc import Awaitable, Callable

import msgspec
from aiohttp import web

from ofd_emulator.faults import Fault, FaultSwitch
from ofd_emulator.records import Violation
from ofd_emulator.state import Counts, Operator

SetFault = Callable[[Fault], Awaitable[None]]


class Stock(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator holds of one FN."""

    documents: int
    first_fd: int
    last_fd: int


class StateAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The answer of `GET /state`."""

    mode: str
    counts: Counts
    fns: dict[str, Stock]
    violations: list[Violation]


def control_app(operator: Operator, faults: FaultSwitch, set_fault: SetFault) -> web.Application:
    """Build the routes; `set_fault` returns when the fault is in force."""

    async def documents(_: web.Request) -> web.Response:
        return _json(operator.documents)

    async def state(_: web.Request) -> web.Response:
        return _json(_state(operator, faults))

    async def get_mode(_: web.Request) -> web.Response:
        return _json(faults.current)

    async def post_mode(request: web.Request) -> web.Response:
        try:
            fault = msgspec.json.decode(await request.read(), type=Fault)
        except msgspec.MsgspecError as error:
            return _json({"error": str(error)}, status=422)
        await set_fault(fault)
        return _json(fault)

    app = web.Application()
    app.router.add_get("/documents", documents)
    app.router.add_get("/state", state)
    app.router.add_get("/mode", get_mode)
    app.router.add_post("/mode", post_mode)
    return app


def _state(operator: Operator, faults: FaultSwitch) -> StateAnswer:
    fds: dict[str, list[int]] = {}
    for document in operator.documents:
        fds.setdefault(document.fn, []).append(document.fd)
    return StateAnswer(
        mode=faults.current.mode,
        counts=operator.counts,
        fns={
            fn: Stock(documents=len(all_), first_fd=min(all_), last_fd=max(all_)) for fn, all_ in fds.items()
        },
        violations=operator.violations,
    )


def _json(answer: object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(answer), status=status, content_type="application/json")

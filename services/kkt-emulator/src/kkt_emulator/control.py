"""The side door for people and tests: HTTP, JSON, loopback only."""

import msgspec
from aiohttp import web

from kkt_emulator import slips
from kkt_emulator.conversation import Conversation
from kkt_emulator.effects import apply_now
from kkt_emulator.faults import Fault, FaultPlan, parse_fault
from kkt_emulator.kkt import Kkt
from kkt_emulator.refusal import Refusal
from kkt_emulator.state import CASH_IN_DRAWER


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """One document as GET /documents shows it; `total` in kopecks, `tlv` whole with its outer member."""

    fd: int
    form: int
    total: int
    fpd: int
    qr: str
    tlv: str
    at: str
    shift: int
    number: int
    delivered: bool
    operation: int


class StateView(msgspec.Struct, frozen=True, kw_only=True):
    """What the device believes; sums in kopecks, times local."""

    fn: str
    phase: int
    last_fd: int
    shift: int
    shift_open: bool
    shift_opened_at: str | None
    receipt: int
    queue: int
    first_unsent: int
    autonomous: bool
    mode: int
    submode: int
    document: int
    lines: int
    subtotal: int
    cash: int
    cover_open: bool
    unprinted_lines: int
    now: str
    powered: bool
    model: str
    serial: int
    faults: list[Fault]


class ResetRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of POST /reset."""

    autonomous: bool = False


def state_view(kkt: Kkt, plan: FaultPlan, powered: bool) -> StateView:
    """Gather GET /state."""
    state, memory = kkt.fn.state, kkt.memory
    queue, first = kkt.fn.queue()
    receipt = memory.receipt
    return StateView(
        fn=state.number,
        phase=state.phase,
        last_fd=state.last_fd,
        shift=state.shift,
        shift_open=state.shift_open,
        shift_opened_at=state.shift_opened_at.isoformat() if state.shift_opened_at else None,
        receipt=state.receipt,
        queue=queue,
        first_unsent=first,
        autonomous=state.autonomous,
        mode=kkt.mode_byte & 0x0F,
        submode=kkt.submode,
        document=kkt.mode_byte >> 4,
        lines=len(receipt.items) if receipt else 0,
        subtotal=receipt.total if receipt else 0,
        cash=memory.money.get(CASH_IN_DRAWER, 0),
        cover_open=memory.cover_open,
        unprinted_lines=len(memory.unprinted),
        now=kkt.now.isoformat(timespec="seconds"),
        powered=powered,
        model=kkt.identity.name,
        serial=kkt.identity.serial,
        faults=list(plan.waiting),
    )


def document_views(kkt: Kkt, after: int) -> list[DocumentView]:
    """Gather GET /documents."""
    fn = kkt.fn.state.number
    return [
        DocumentView(
            fd=document.fd,
            form=document.form,
            total=document.total,
            fpd=document.fpd,
            qr=slips.qr(document, fn),
            tlv=document.tlv.hex(),
            at=document.at.isoformat(),
            shift=document.shift,
            number=document.number,
            delivered=bool(document.ticket),
            operation=document.operation,
        )
        for document in kkt.fn.documents(after)
    ]


def _json(value: object, status: int = 200) -> web.Response:
    return web.Response(body=msgspec.json.encode(value), content_type="application/json", status=status)


def _error(status: int, text: str) -> web.Response:
    return _json({"error": text}, status)


class Control:
    """Routes of the control port."""

    def __init__(self, kkt: Kkt, plan: FaultPlan, conversation: Conversation) -> None:
        self._kkt, self._plan, self._conversation = kkt, plan, conversation

    def app(self) -> web.Application:
        """Return the application."""
        app = web.Application()
        app.router.add_get("/state", self.get_state)
        app.router.add_get("/documents", self.get_documents)
        app.router.add_get("/paper", self.get_paper)
        app.router.add_post("/faults", self.post_faults)
        app.router.add_delete("/faults", self.delete_faults)
        app.router.add_post("/reset", self.post_reset)
        return app

    async def get_state(self, request: web.Request) -> web.Response:
        """What the device believes."""
        return _json(state_view(self._kkt, self._plan, self._conversation.is_on()))

    async def get_documents(self, request: web.Request) -> web.Response:
        """All documents, or those after ?after=FD."""
        after = request.query.get("after", "0")
        if not after.isdecimal():
            return _error(422, "after must be a document number")
        return _json(document_views(self._kkt, int(after)))

    async def get_paper(self, request: web.Request) -> web.Response:
        """The last slips, oldest first."""
        return web.Response(text="\n\n".join(self._kkt.paper.slips) + "\n")

    async def post_faults(self, request: web.Request) -> web.Response:
        """Plant a fault, or make it happen now."""
        try:
            fault = parse_fault(await request.read())
            planted = not apply_now(self._kkt, fault)
        except ValueError as error:
            return _error(422, str(error))
        except Refusal as refusal:
            return _error(409, f"the device refuses: {refusal}")
        if planted:
            self._plan.add(fault)
        return _json({"hook": str(fault.__struct_config__.tag), "planted": planted})

    async def delete_faults(self, request: web.Request) -> web.Response:
        """Forget what has not happened; paper in, cover shut."""
        self._plan.clear()
        self._kkt.paper.load(self._kkt.memory)
        self._kkt.save()
        return web.Response(status=204)

    async def post_reset(self, request: web.Request) -> web.Response:
        """Put in a new FN with the given way of work."""
        body = await request.read()
        try:
            wanted = msgspec.json.decode(body, type=ResetRequest) if body else ResetRequest()
        except msgspec.DecodeError as error:
            return _error(422, str(error))
        self._plan.clear()
        self._kkt.reset(autonomous=wanted.autonomous)
        return _json(state_view(self._kkt, self._plan, self._conversation.is_on()))

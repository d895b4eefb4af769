"""Every endpoint as data: the edge serves this table and the OpenAPI document is made from it."""

from dataclasses import dataclass

import msgspec

from contracts.commands import TaskKind
from contracts.refusals import Code
from pos_gateway import answers as a
from pos_gateway import bodies as b
from pos_gateway.access import Right
from pos_gateway.call import Handler
from pos_gateway.errors import EdgeCode
from pos_gateway.handlers import buffer, catalog, receipts, session, tasks
from pos_gateway.health import States

GATES = (
    Code.BUFFER_FULL, Code.MAINTENANCE, Code.DEVICE_HELD, Code.DEVICE_DOWN, Code.SHIFT_EXPIRED,
    Code.SHIFT_CLOSED, Code.FN_FULL, Code.OFD_OVERDUE, Code.DISK_FULL,
)  # fmt: skip
NO_VERDICT = (Code.PENDING, Code.STARTING, Code.UNAVAILABLE, Code.STOPPED)
TASK_CODES = (
    Code.KEY_REUSED, Code.DEVICE_REJECTED, Code.TASK_EXPIRED, Code.DEVICE_DOWN, Code.DEVICE_HELD, Code.DEVICE_BUSY
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One endpoint. `keyed`: an Idempotency-Key is required; `codes` beyond those of the edge itself."""

    method: str
    path: str
    right: Right
    handler: Handler
    summary: str
    answers: tuple[tuple[int, type[msgspec.Struct] | None], ...]
    body: type[msgspec.Struct] | None = None
    body_required: bool = True
    keyed: bool = False
    codes: tuple[Code | EdgeCode, ...] = ()
    query: tuple[tuple[str, str], ...] = ()


def routes(states: States) -> tuple[Route, ...]:
    """All endpoints that need a role."""
    return (*_receipts(), *_tasks(), *_buffer(states), *_screen())


def _receipts() -> tuple[Route, ...]:
    return (
        Route(
            method="POST", path="/v1/kkt/receipt", right=Right.SELL, handler=receipts.register,
            summary="Register a receipt once per key: 200 printed or buffered, 202 accepted or held",
            answers=((200, a.ReceiptDone), (202, a.ReceiptDone)), body=b.ReceiptBody, keyed=True,
            codes=(
                Code.INVALID, EdgeCode.DISCOUNT_LIMIT, EdgeCode.NOT_SUPPORTED, Code.WRONG_TILL, Code.KEY_REUSED,
                Code.ORIGINAL_UNKNOWN, Code.ORIGINAL_NOT_SYNCED, Code.REFUND_EXCEEDS_SALE, Code.NOT_ENOUGH_CASH,
                *GATES, *NO_VERDICT,
            ),
        ),
        Route(
            method="GET", path="/v1/kkt/receipt/{id}", right=Right.READ, handler=receipts.find,
            summary="A receipt by its id or its idempotency key: state, fiscal data, attempts, last error, lines",
            answers=((200, a.ReceiptState),), codes=(Code.NOT_FOUND, Code.UNAVAILABLE),
        ),
        Route(
            method="GET", path="/v1/kkt/receipt/{id}/qr.svg", right=Right.READ, handler=receipts.show_qr,
            summary="QR code of the receipt's document", answers=((200, None),),
            codes=(Code.NOT_FOUND, Code.UNAVAILABLE),
        ),
        Route(
            method="POST", path="/v1/kkt/receipt/{id}/resolve", right=Right.RESOLVE, handler=receipts.resolve,
            summary="A manager decides a held receipt; journaled, a repeat is harmless",
            answers=((200, a.ResolveAnswer),), body=b.ResolveBody,
            codes=(Code.INVALID, Code.NOT_FOUND, Code.NOT_HELD, Code.DOCUMENT_EXISTS, Code.DEVICE_BUSY, *NO_VERDICT),
        ),
    )  # fmt: skip


def _tasks() -> tuple[Route, ...]:
    def task(
        path: str, kind: TaskKind, right: Right, summary: str, *codes: Code, cash: bool = False
    ) -> Route:
        return Route(
            method="POST", path=path, right=right, summary=summary, keyed=True,
            handler=tasks.move(kind) if cash else tasks.run(kind),
            answers=((200, a.TaskAnswer),),
            body=b.CashBody if cash else b.TaskBody, body_required=cash,
            codes=(Code.INVALID, Code.WRONG_TILL, *TASK_CODES, *codes, *NO_VERDICT),
        )  # fmt: skip

    return (
        task("/v1/kkt/shift/open", TaskKind.OPEN_SHIFT, Right.SELL, "Open the shift", Code.SHIFT_ALREADY_OPEN),
        task("/v1/kkt/x_report", TaskKind.X_REPORT, Right.SELL, "Print an X report"),
        task(
            "/v1/kkt/z_report", TaskKind.CLOSE_SHIFT, Right.CLOSE_SHIFT, "Close the shift (Z report)",
            Code.SHIFT_CLOSED, Code.RECEIPTS_UNPRINTED,
        ),
        task("/v1/kkt/cash_in", TaskKind.CASH_IN, Right.MOVE_CASH, "Put money into the drawer", cash=True),
        task(
            "/v1/kkt/cash_out", TaskKind.CASH_OUT, Right.MOVE_CASH, "Take money out of the drawer",
            Code.NOT_ENOUGH_CASH, cash=True,
        ),
    )  # fmt: skip


def _buffer(states: States) -> tuple[Route, ...]:
    return (
        Route(
            method="GET", path="/v1/kkt/buffer/status", right=Right.READ, handler=buffer.status(states),
            summary="Buffer, KKT, OFD and shift", answers=((200, a.BufferAnswer),), codes=(Code.UNAVAILABLE,),
        ),
        Route(
            method="POST", path="/v1/kkt/buffer/sync", right=Right.DELIVER, handler=buffer.sync,
            summary="Deliver to the OFD now", answers=((202, a.SyncAnswer),), body=b.SyncBody, body_required=False,
            codes=(Code.SYNC_RUNNING, Code.OFD_UNREACHABLE, Code.UNAVAILABLE, Code.PENDING),
        ),
        Route(
            method="POST", path="/v1/kkt/circuit_breaker/reset", right=Right.BREAKER, handler=buffer.reset_breaker,
            summary="Close the breaker of the OFD line", answers=((200, a.BreakerAnswer),), body=b.EmptyBody,
            body_required=False, codes=(Code.UNAVAILABLE, Code.PENDING),
        ),
        Route(
            method="GET", path="/v1/kkt/buffer/logs", right=Right.JOURNAL, handler=buffer.journal,
            summary="Journal, oldest first, paged, filtered by level and time", answers=((200, a.JournalAnswer),),
            codes=(Code.INVALID, Code.UNAVAILABLE),
            query=(
                ("after", "sequence number after which to begin"), ("limit", "rows of a page, 1 to 500"),
                ("level", "info, warning or critical"), ("from", "ISO 8601 with a zone, included"),
                ("to", "ISO 8601 with a zone, excluded"),
            ),
        ),
        Route(
            method="POST", path="/v1/pos/maintenance", right=Right.MAINTENANCE, handler=buffer.maintenance(on=True),
            summary="Stop sales", answers=((200, a.MaintenanceAnswer),), body=b.MaintenanceBody, body_required=False,
            codes=(Code.UNAVAILABLE, Code.PENDING),
        ),
        Route(
            method="DELETE", path="/v1/pos/maintenance", right=Right.MAINTENANCE,
            handler=buffer.maintenance(on=False), summary="Resume sales", answers=((200, a.MaintenanceAnswer),),
            body=b.MaintenanceBody, body_required=False, codes=(Code.UNAVAILABLE, Code.PENDING),
        ),
    )  # fmt: skip


def _screen() -> tuple[Route, ...]:
    return (
        Route(
            method="GET", path="/v1/catalog/search", right=Right.READ, handler=catalog.search,
            summary="Find products by SKU, EAN or words of the name", answers=((200, a.CatalogAnswer),),
            codes=(Code.INVALID, Code.UNAVAILABLE),
            query=(("q", "SKU, EAN or words"), ("limit", "products, 1 to 100")),
        ),
        Route(
            method="GET", path="/v1/pos/session", right=Right.READ, handler=session.who,
            summary="Till, role and its limits", answers=((200, a.WhoAnswer),),
        ),
    )  # fmt: skip

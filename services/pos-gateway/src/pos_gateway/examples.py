"""One believable value of each body and answer, for the OpenAPI document; a test reads each back."""

from typing import Any, Final

import msgspec

from pos_gateway import answers as a
from pos_gateway import bodies as b
from pos_gateway.errors import ErrorBody

_ID: Final = "0193c5a0-7a10-7c3e-9b1d-2f6f0a4d8e21"
_KEY: Final = "5f0c1f6e-64f0-4b6f-9d0e-0f1b5e7a9c11"
_QR: Final = "t=20261121T1234&s=13390.00&fn=9999078900000961&i=812&fp=305419896&n=1"

_DOC: Final = {
    "fn": "9999078900000961", "fd": 812, "fp": 305419896, "at": "2026-11-21T12:34", "shift": 5, "number": 17,
    "qr": _QR,
}  # fmt: skip
_QUEUE: Final = {"queue_position": 2, "total_queued": 2, "estimated_sync_time": 1}
_TOTALS: Final = {
    "cash_in_drawer": "17490.00", "sales": 17, "sale_refunds": 1, "sales_total": "200000.00",
    "sale_refunds_total": "500.00",
}  # fmt: skip
_PERSON: Final = {"name": "Иванова А. П.", "inn": "500100732259"}

EXAMPLES: Final[dict[type[msgspec.Struct], Any]] = {
    b.ReceiptBody: {
        "pos_id": "till-001",
        "type": "sale",
        "items": [
            {"sku": "FR-0012", "name": "Оправа Ray-Ban RX7047", "qty": 1, "price": "12490.00", "vat": "no_vat"},
            {
                "sku": "AC-0003", "name": "Футляр жёсткий", "qty": 1, "price": 1000, "vat": "22%",
                "discount": "100.00",
            },
        ],
        "payments": [{"method": "cash", "amount": "5000.00"}, {"method": "card", "amount": "8390.00"}],
        "customer": {"email": "buyer@example.com"},
        "cashier": _PERSON,
    },
    b.TaskBody: {"pos_id": "till-001", "cashier": _PERSON},
    b.CashBody: {"amount": "5000.00", "pos_id": "till-001", "cashier": _PERSON},
    b.SyncBody: {"force": True},
    b.ResolveBody: {"decision": "document", "fd": 812, "comment": "чек у покупателя на руках"},
    b.MaintenanceBody: {"reason": "замена ФН"},
    b.EmptyBody: {},
    a.ReceiptDone: {
        "status": "printed", "receipt_id": _ID, "total": "13390.00", "buffer_info": _QUEUE, "final": True,
        "fiscal_doc": _DOC,
    },
    a.ReceiptState: {
        "status": "printed", "receipt_id": _ID, "idempotency_key": _KEY, "total": "12490.00",
        "created_at": "2026-11-21T09:34:00.123Z", "delivered": True, "attempts": 0, "last_error": None,
        "fiscal_doc": _DOC, "buffer_info": _QUEUE, "final": True, "facts": {}, "type": "sale",
        "items": [
            {
                "sku": "FR-0012", "name": "Оправа Ray-Ban RX7047", "qty": "1", "price": "12490.00",
                "sum": "12490.00", "vat": "no_vat", "payment_method": 4, "payment_subject": 1,
            }
        ],
        "payments": [{"method": "card", "amount": "12490.00"}],
    },
    a.TaskAnswer: {
        "status": "done", "task_id": _ID, "kind": "x_report", "final": True, "totals": _TOTALS,
        "cash_in_drawer": "17490.00",
    },
    a.BufferAnswer: {
        "total_capacity": 200, "current_queued": 34, "percent_full": 17.0,
        "oldest_receipt": {"id": _ID, "created_at": "2026-11-21T09:34:00.123Z", "age_hours": 1.25},
        "network_status": "offline",
        "mode": {
            "name": "offline", "since": "2026-11-21T08:20:10.000Z", "for_seconds": 4430, "cause": "ofd_down",
            "message": "ОФД недоступен: чеки копятся на кассе и уйдут сами.", "ofd": "down",
            "link": "not_configured", "odoo": "not_configured",
        },
        "last_sync": {
            "timestamp": "2026-11-21T08:19:00.000Z", "synced_count": 3, "failed_count": 0, "duration_seconds": 0.12
        },
        "alerts": [], "pos_id": "till-001", "unprinted": 0, "held": [], "maintenance": False, "ready": True,
        "stopped": "", "cash_in_drawer": "17490.00",
        "kkt": {
            "status": "up", "name": "ШТРИХ-М-01Ф", "cause": "", "fn": "9999078900000961", "documents_left": 229188
        },
        "ofd": {"status": "down", "breaker": "open", "last_error": "connect: refused", "retry_at": None},
        "shift": {"open": True, "number": 5, "over_24h": False, "opened_at": "2026-11-21T09:00", "receipts": 17},
    },
    a.SyncAnswer: {"status": "started", "run_id": "7"},
    a.BreakerAnswer: {"before": "open", "after": "closed"},
    a.ResolveAnswer: {"receipt_id": _ID, "decision": "document"},
    a.MaintenanceAnswer: {"maintenance": True},
    a.JournalAnswer: {
        "rows": [
            {
                "seq": 11, "time": "2026-11-21T09:34:00.123Z", "level": "warning", "event": "maintenance.changed",
                "hlc": "2026-11-21T09:34:00.123Z+0000@till-001", "data": {"on": True, "by": "admin"},
            }
        ],
        "last_seq": 11, "next_after": None,
    },
    a.CatalogAnswer: {
        "products": [
            {
                "sku": "FR-0012", "ean": "4601234567893", "name": "Оправа Ray-Ban RX7047", "price": "12490.00",
                "vat": "no_vat", "payment_subject": 1, "category": "Оправы", "stock": 3,
            }
        ],
        "source": "cache", "total": 300,
    },
    a.HealthAnswer: {
        "status": "degraded",
        "components": {
            "kkt_device": "up", "ofd_connection": "down", "odoo_connection": "not_configured", "buffer": "ok",
            "circuit_breaker": "open",
        },
        "pos_id": "till-001", "causes": ["ОФД недоступен: чеки копятся на кассе и уйдут сами."],
    },
    a.WhoAnswer: {
        "pos_id": "till-001", "shop": "Оптика на Тверской", "role": "cashier", "rights": ["read", "sell"],
        "max_discount_percent": 10,
    },
    ErrorBody: {
        "code": "INVALID", "message": "Поле «items[0].price»: недопустимое значение.", "id": _KEY, "final": True,
        "details": {"field": "items[0].price", "reason": "1.234 has more than 2 decimals"},
    },
}  # fmt: skip

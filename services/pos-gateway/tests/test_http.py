"""The API over real HTTP and a real nats-server, with responders on the real subjects."""

import asyncio
import io
import json
import time
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from msgspec.structs import replace

from actor.testing import FakeClock, NatsServer
from contracts import commands as c
from contracts import events as e
from contracts import services
from contracts.refusals import Code, refuse
from contracts.states import BreakerState, Mode, ModeCause
from fiscal.money import Kopecks
from pos_gateway.health import States

from .responders import Responders
from .samples import (
    CASHIER,
    DOCUMENT,
    KEY,
    MODE,
    OFD,
    PRINTED,
    PRINTER,
    RECEIPT_ID,
    SOLD,
    STATUS,
    TILL,
    TOTALS,
    bearer,
    item,
    sale,
)

RECEIPT = "/v1/kkt/receipt"


async def sell(client: TestClient, body: Any = None, **headers: str) -> ClientResponse:
    return await client.post(RECEIPT, json=sale() if body is None else body, headers={**bearer(), **headers})


async def refused(
    response: ClientResponse, status: int, code: str, field: str | None = None
) -> dict[str, Any]:
    body: dict[str, Any] = await response.json()
    assert (response.status, body["code"]) == (status, code), body
    assert set(body) == {"code", "message", "id", "final", "details"}
    assert body["id"] == response.headers["X-Request-Id"]
    if field is not None:
        assert body["details"]["field"] == field
    return body


# --- selling -----------------------------------------------------------------------------------------


async def test_a_sale_is_answered_with_its_fiscal_data(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    response = await sell(client)
    assert response.status == 200
    assert "Idempotency-Replayed" not in response.headers
    assert await response.json() == {
        "status": "printed",
        "receipt_id": RECEIPT_ID,
        "total": "12490.00",
        "buffer_info": {"queue_position": 1, "total_queued": 1, "estimated_sync_time": 1},
        "final": True,
        "fiscal_doc": {
            "fn": DOCUMENT.fn, "fd": 812, "fp": 305419896, "at": "2026-11-21T12:34", "shift": 5, "number": 17,
            "qr": DOCUMENT.qr,
        },
    }  # fmt: skip
    assert desk.asked == [c.AcceptReceipt(key=KEY, till=TILL, receipt=SOLD, cashier=CASHIER, patience_ms=200)]


async def test_a_known_key_says_that_nothing_new_was_done(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.ACCEPT, replace(PRINTED, repeated=True))
    response = await sell(client)
    assert (response.status, response.headers["Idempotency-Replayed"]) == (200, "true")


@pytest.mark.parametrize(
    ("status", "http"), [("accepted", 202), ("held", 202), ("buffered", 200), ("annulled", 200)]
)
async def test_only_a_receipt_that_is_not_settled_is_202(
    client: TestClient, desk: Responders, status: str, http: int
) -> None:
    await desk.answer(services.ACCEPT, replace(PRINTED, status=c.ReceiptStatus(status), document=None))
    response = await sell(client)
    assert response.status == http
    body = await response.json()
    assert (body["status"], "fiscal_doc" in body) == (status, False)


async def test_numbers_and_texts_of_money_are_the_same_money(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    raw = json.dumps(sale()).replace('"12490.00"', "12490.0").replace('"qty": 1', '"qty": "1.000"')
    response = await client.post(
        RECEIPT,
        data=raw,
        headers={**bearer(key=KEY.upper()), "Content-Type": "application/json; charset=utf-8"},
    )
    assert response.status == 200
    (asked,) = desk.asked
    assert isinstance(asked, c.AcceptReceipt)
    assert (asked.receipt, asked.key) == (SOLD, KEY)


async def test_a_stored_refusal_keeps_its_code_and_finality(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.ACCEPT, refuse(Code.BUFFER_FULL, queued=200))
    body = await refused(await sell(client), 503, "BUFFER_FULL")
    assert (body["final"], body["details"]) == (True, {"queued": 200})


async def test_a_refund_too_early_says_when_to_ask_again(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.ACCEPT, refuse(Code.ORIGINAL_NOT_SYNCED, retry_after_s=30))
    body = sale(type="refund", original_receipt_id=RECEIPT_ID)
    response = await sell(client, body)
    assert (await refused(response, 409, "ORIGINAL_NOT_SYNCED"))["final"] is False
    assert response.headers["Retry-After"] == "30"


async def test_a_field_that_a_service_refuses_is_named_in_terms_of_the_body(
    client: TestClient, desk: Responders
) -> None:
    fault = {
        "field": "items[2].vat",
        "code": "rate_not_in_force",
        "tag": 1199,
        "message": "Позиция 3: не действует.",
    }
    await desk.answer(services.ACCEPT, refuse(Code.INVALID, fault["message"], violations=[fault]))
    split = item(qty=3, price="10.00", discount="0.01")
    body = sale(items=[split, item(price="1.00")], payments=[{"method": "card", "amount": "30.99"}])
    shown = await refused(await sell(client, body), 422, "INVALID", "items[1].vat")
    assert shown["message"] == "Позиция 2: не действует."
    assert shown["details"]["violations"] == [{**fault, "field": "items[1].vat", "message": shown["message"]}]


# --- no verdict where nothing is known -----------------------------------------------------------------


async def test_no_service_is_no_verdict(client: TestClient) -> None:
    body = await refused(await sell(client), 503, "UNAVAILABLE")
    assert body["final"] is False


async def test_silence_after_an_effect_was_asked_for_is_pending(client: TestClient, desk: Responders) -> None:
    await desk.deafen(services.ACCEPT)
    body = await refused(await sell(client), 503, "PENDING")
    assert body["final"] is False


async def test_a_service_that_died_with_the_question_is_asked_again_with_the_same_key(
    client: TestClient, desk: Responders
) -> None:
    await desk.deafen(services.ACCEPT, until=PRINTED)
    assert (await sell(client)).status == 200
    first, second = desk.asked
    assert first == second


async def test_a_dead_nats_server_is_no_verdict(client: TestClient, nats: NatsServer) -> None:
    await nats.kill()
    body: dict[str, Any] = await (await sell(client)).json()
    assert body["code"] in {"UNAVAILABLE", "PENDING"}
    assert body["final"] is False


# --- wrong input -----------------------------------------------------------------------------------------

FRAME = sale()["items"][0]
WRONG: list[tuple[str, Any]] = [
    ("pos_id", {key: value for key, value in sale().items() if key != "pos_id"}),
    ("type", sale(type="gift")),
    ("items", sale(items=[])),
    ("items", sale(items=[item(price="0.01")] * 101)),
    ("colour", sale(colour="red")),
    ("items[0].colour", sale(items=[item(colour="red")])),
    ("items[0].price", sale(items=[item(price="12490.001")])),
    ("items[0].price", sale(items=[item(price="-1")])),
    ("items[0].price", sale(items=[item(price="NaN")])),
    ("items[0].price", sale(items=[item(price="1e999")])),
    ("items[0].price", sale(items=[item(price=True)])),
    ("items[0].price", sale(items=[item(price=None)])),
    ("items[0].price", sale(items=[item(price="١٢")])),
    ("items[0].qty", sale(items=[item(qty=0)])),
    ("items[0].qty", sale(items=[item(qty=-1)])),
    ("items[0].qty", sale(items=[item(qty="0.0000001")])),
    ("items[0].vat", sale(items=[item(vat="18%")])),
    ("items[0].vat", sale(items=[item(vat=6)])),
    ("items[0].name", sale(items=[item(name="")])),
    ("items[0].name", sale(items=[item(name=" \t")])),
    ("items[0].name", sale(items=[item(name="a\x00b")])),
    ("items[0].name", sale(items=[item(name="я" * 129)])),
    ("items[0].name", sale(items=[item(name="…" * 100)])),
    ("items[0].discount", sale(items=[item(discount="12490.01")])),
    ("items[0].discount", sale(items=[item(discount=-1)])),
    ("items[0].payment_method", sale(items=[item(payment_method=8)])),
    ("items[0].payment_subject", sale(items=[item(payment_subject="fish")])),
    ("items[0].mark_code", sale(items=[item(mark_code="010460")])),
    ("items[1].price", sale(items=[item(), item(price="x")])),
    ("payments", sale(payments=[])),
    ("payments", sale(payments=[{"method": "card", "amount": "12489.99"}])),
    ("payments", sale(payments=[{"method": "card", "amount": "12490.01"}])),
    ("payments[0].method", sale(payments=[{"method": "gold", "amount": "12490.00"}])),
    ("payments[0].amount", sale(payments=[{"method": "card", "amount": "x"}])),
    ("original_receipt_id", sale(type="refund")),
    ("original_receipt_id", sale(type="refund", original_receipt_id="1")),
    ("original_receipt_id", sale(original_receipt_id=RECEIPT_ID)),
    ("correction", sale(type="correction")),
    ("correction", sale(correction={"kind": "self", "date": "2026-11-20"})),
    ("customer.email", sale(customer={"email": "nobody"})),
    ("customer.phone", sale(customer={"phone": "12"})),
    ("customer.fax", sale(customer={"fax": "12"})),
    ("cashier.inn", sale(cashier={"name": "Иванова", "inn": "500100732258"})),
    ("cashier.name", sale(cashier={"name": "я" * 65})),
    ("", []),
    ("", "text"),
    ("", None),
]


@pytest.mark.parametrize(("field", "body"), WRONG, ids=[f"{n}-{field}" for n, (field, _) in enumerate(WRONG)])
async def test_wrong_input_names_its_field_and_reaches_no_service(
    client: TestClient, desk: Responders, field: str, body: Any
) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    response = await client.post(
        RECEIPT, data=json.dumps(body), headers={**bearer(), "Content-Type": "application/json"}
    )
    shown = await refused(response, 422, "INVALID", field)
    assert shown["final"] is True
    assert any("а" <= letter <= "я" for letter in shown["message"])
    assert desk.asked == []


RAW = [
    (b"", ""),
    (b"{", ""),
    (b"\xff", ""),
    (b'{"pos_id": NaN}', ""),
    (b'{"pos_id": 1e99999999999999999999}', ""),
    (b'{"pos_id": ' + b"9" * 100 + b"}", ""),
    (b'{"pos_id": "\\ud800"}', "pos_id"),
    (b'{"\\ud800": 1}', "\\ud800"),
    (b'{"pos_id": "a", "pos_id": "a"}', "pos_id"),
    (b"[" * 100_000, ""),
    (b'{"a":' * 50_000, ""),
]


@pytest.mark.parametrize(("raw", "field"), RAW, ids=[raw[:20].decode("latin-1") for raw, _ in RAW])
async def test_what_is_no_clean_json_is_refused(
    client: TestClient, desk: Responders, raw: bytes, field: str
) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    response = await client.post(RECEIPT, data=raw, headers={**bearer(), "Content-Type": "application/json"})
    await refused(response, 422, "INVALID", field)
    assert desk.asked == []


async def test_a_correction_with_its_basis_is_clearly_not_supported(client: TestClient) -> None:
    body = sale(type="correction", correction={"kind": "self", "date": "2026-11-20"})
    await refused(await sell(client, body), 422, "NOT_SUPPORTED", "type")


async def test_another_tills_receipt_is_refused(client: TestClient) -> None:
    await refused(await sell(client, sale(pos_id="till-002")), 422, "WRONG_TILL", "pos_id")


@pytest.mark.parametrize("key", ["", "1", "5f0c1f6e64f04b6f9d0e0f1b5e7a9c11", "я" * 36])
async def test_a_sale_needs_a_uuid_as_its_key(client: TestClient, key: str) -> None:
    headers = {**bearer(key=None), "Idempotency-Key": key}
    await refused(await client.post(RECEIPT, json=sale(), headers=headers), 422, "INVALID", "Idempotency-Key")


@pytest.mark.parametrize("path", ["shift/open", "x_report", "z_report", "cash_in", "cash_out"])
async def test_every_task_needs_a_key(client: TestClient, path: str) -> None:
    response = await client.post(f"/v1/kkt/{path}", json={}, headers=bearer("manager", key=None))
    await refused(response, 422, "INVALID", "Idempotency-Key")


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_over_a_megabyte_is_too_large(client: TestClient, chunked: bool) -> None:
    async def pieces() -> Any:
        for _ in range(1100):
            yield b" " * 1024

    data = pieces() if chunked else io.BytesIO(b" " * (1024 * 1024 + 1))
    response = await client.post(RECEIPT, data=data, headers={**bearer(), "Content-Type": "application/json"})
    await refused(response, 413, "BODY_TOO_LARGE")


async def test_another_content_type_is_refused(client: TestClient) -> None:
    await refused(await client.post(RECEIPT, data=b"{}", headers=bearer()), 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_wrong_method_and_unknown_path_have_the_one_shape(client: TestClient) -> None:
    response = await client.put(RECEIPT, json={}, headers=bearer())
    await refused(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["Allow"] == "POST"
    await refused(await client.get("/v1/nothing", headers=bearer()), 404, "UNKNOWN_PATH")
    await refused(await client.get("/static/../server.py", headers=bearer()), 404, "UNKNOWN_PATH")


# --- who may what ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "authorization", [None, "Bearer", "Bearer x", "Basic cashier-token-0001", "Bearer ünï"]
)
async def test_without_a_known_token_nobody_enters(client: TestClient, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await client.post(RECEIPT, json=sale(), headers=headers)
    body = await refused(response, 401, "UNAUTHORIZED")
    assert (body["final"], response.headers["WWW-Authenticate"]) == (False, "Bearer")


ACTIONS = {
    ("POST", "/v1/kkt/receipt"): {"cashier", "manager", "admin"},
    ("POST", "/v1/kkt/x_report"): {"cashier", "manager", "admin"},
    ("POST", "/v1/kkt/z_report"): {"manager", "admin"},
    ("POST", "/v1/kkt/cash_out"): {"manager", "admin"},
    ("POST", "/v1/kkt/buffer/sync"): {"manager", "admin"},
    ("POST", f"/v1/kkt/receipt/{RECEIPT_ID}/resolve"): {"manager", "admin"},
    ("POST", "/v1/kkt/circuit_breaker/reset"): {"admin"},
    ("POST", "/v1/pos/maintenance"): {"admin"},
    ("DELETE", "/v1/pos/maintenance"): {"admin"},
    ("GET", "/v1/kkt/buffer/status"): {"cashier", "manager", "accountant", "admin"},
    ("GET", "/v1/kkt/buffer/logs"): {"manager", "accountant", "admin"},
    ("GET", f"/v1/kkt/receipt/{RECEIPT_ID}"): {"cashier", "manager", "accountant", "admin"},
}


@pytest.mark.parametrize("action", ACTIONS, ids=" ".join)
async def test_a_role_does_what_its_rights_allow(client: TestClient, action: tuple[str, str]) -> None:
    allowed = set()
    for role in ("cashier", "manager", "accountant", "admin"):
        response = await client.request(*action, headers=bearer(role))
        if response.status != 403:
            assert response.status in {422, 503}, await response.text()
            allowed.add(role)
        else:
            await refused(response, 403, "FORBIDDEN")
    assert allowed == ACTIONS[action]


@pytest.mark.parametrize(
    ("role", "discount", "status"),
    [
        ("cashier", "1249.00", 200),
        ("cashier", "1249.01", 403),
        ("manager", "1249.01", 200),
        ("manager", "6245.00", 200),
        ("manager", "6245.01", 422),
        ("admin", "6245.01", 422),
        ("cashier", "6245.01", 422),
    ],
)
async def test_discounts_have_limits(
    client: TestClient, desk: Responders, role: str, discount: str, status: int
) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    due = 1_249_000 - round(float(discount) * 100)
    body = sale(
        items=[item(discount=discount)],
        payments=[{"method": "card", "amount": f"{due // 100}.{due % 100:02}"}],
    )
    response = await client.post(RECEIPT, json=body, headers=bearer(role))
    if status == 200:
        assert response.status == 200
    else:
        shown = await refused(response, status, "DISCOUNT_LIMIT", "items[0].discount")
        assert shown["final"] is (status == 422)
    assert len(desk.asked) == (status == 200)


async def test_the_61st_request_of_a_second_waits(client: TestClient, clock: FakeClock) -> None:
    for _ in range(60):
        await refused(await client.get("/v1/kkt/buffer/status", headers=bearer()), 503, "UNAVAILABLE")
    response = await client.get("/v1/kkt/buffer/status", headers=bearer())
    assert (await refused(response, 429, "RATE_LIMITED"))["final"] is False
    assert response.headers["Retry-After"] == "1"
    assert (await client.get("/v1/kkt/buffer/status", headers=bearer("manager"))).status == 503
    assert (await client.get("/v1/health")).status == 503
    clock.advance(1000)
    assert (await client.get("/v1/kkt/buffer/status", headers=bearer())).status == 503


# --- the browser -------------------------------------------------------------------------------------------


async def test_the_local_screen_gets_a_session_and_sells_without_a_token(
    client: TestClient, desk: Responders
) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    page = await client.get("/")
    cookie = page.headers["Set-Cookie"]
    assert ("HttpOnly" in cookie, "SameSite=Strict" in cookie) == (True, True)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    headers = {"Cookie": "session_till-001=secret-of-the-screen", "Idempotency-Key": KEY}
    origin = f"http://127.0.0.1:{client.port}"
    sold = await client.post(RECEIPT, json=sale(), headers={**headers, "Origin": origin})
    assert sold.status == 200


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1"])
async def test_a_foreign_page_cannot_sell_with_our_cookie(client: TestClient, origin: str | None) -> None:
    headers = {"Cookie": "session_till-001=secret-of-the-screen", "Idempotency-Key": KEY}
    if origin is not None:
        headers["Origin"] = origin
    await refused(await client.post(RECEIPT, json=sale(), headers=headers), 403, "ORIGIN_REFUSED")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "10.0.0.5", "[::2]", "a b"])
async def test_a_name_bound_to_loopback_is_refused(client: TestClient, host: str) -> None:
    await refused(await client.get("/", headers={"Host": host}), 403, "HOST_REFUSED")


# --- everything else -----------------------------------------------------------------------------------------


async def test_a_receipt_is_found_with_its_lines(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.RECEIPT, replace(PRINTED, receipt=SOLD))
    response = await client.get(f"{RECEIPT}/{RECEIPT_ID.upper()}", headers=bearer())
    body = await response.json()
    assert (response.status, body["type"], body["idempotency_key"]) == (200, "sale", KEY)
    assert body["created_at"] == "2026-11-20T12:34:00.000Z"
    assert body["items"] == [
        {
            "sku": "FR-1", "name": "Оправа", "qty": "1", "price": "12490.00", "sum": "12490.00", "vat": "no_vat",
            "payment_method": 4, "payment_subject": 1,
        }
    ]  # fmt: skip
    assert desk.asked == [c.FindReceipt(receipt_id=RECEIPT_ID)]


async def test_an_unknown_receipt_is_404(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.RECEIPT, refuse(Code.NOT_FOUND))
    await refused(await client.get(f"{RECEIPT}/{RECEIPT_ID}", headers=bearer()), 404, "NOT_FOUND")
    await refused(await client.get(f"{RECEIPT}/xyz", headers=bearer()), 404, "NOT_FOUND")


async def test_the_qr_code_is_an_svg_without_style_or_script(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.RECEIPT, PRINTED)
    response = await client.get(f"{RECEIPT}/{RECEIPT_ID}/qr.svg", headers=bearer())
    text = await response.text()
    assert (response.status, response.content_type) == (200, "image/svg+xml")
    assert text.startswith("<svg")
    assert "<script" not in text
    assert "style" not in text


@pytest.mark.parametrize(
    ("path", "kind", "body", "amount"),
    [
        ("shift/open", "open_shift", None, 0),
        ("x_report", "x_report", {"pos_id": TILL}, 0),
        ("z_report", "close_shift", {}, 0),
        ("cash_in", "cash_in", {"amount": 500}, 50_000),
        ("cash_out", "cash_out", {"amount": "0.01"}, 1),
    ],
)
async def test_a_task_runs_once_per_key(
    client: TestClient, desk: Responders, path: str, kind: str, body: Any, amount: int
) -> None:
    done = c.TaskDone(
        task_id=RECEIPT_ID, key=KEY, kind=c.TaskKind(kind), totals=TOTALS, cash_in_drawer=Kopecks(1_749_000),
        repeated=True,
    )  # fmt: skip
    await desk.answer(services.TASK, done)
    response = await client.post(f"/v1/kkt/{path}", json=body, headers=bearer("manager"))
    shown = await response.json()
    assert (response.status, response.headers["Idempotency-Replayed"]) == (200, "true")
    assert (shown["kind"], shown["cash_in_drawer"], shown["final"]) == (kind, "17490.00", True)
    assert shown["totals"]["sales_total"] == "200000.00"
    (asked,) = desk.asked
    assert isinstance(asked, c.RunTask)
    assert (asked.kind, asked.amount, asked.key, asked.cashier.name) == (kind, amount, KEY, "Управляющий")


@pytest.mark.parametrize("body", [{"amount": 0}, {"amount": "-5"}, {}])
async def test_no_money_is_moved_without_an_amount(client: TestClient, body: Any) -> None:
    response = await client.post("/v1/kkt/cash_in", json=body, headers=bearer("manager"))
    await refused(response, 422, "INVALID", "amount")


async def test_the_buffer_status_has_the_contracts_shape(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.STATUS, STATUS)
    body = await (await client.get("/v1/kkt/buffer/status", headers=bearer())).json()
    assert {
        key: body[key] for key in ("total_capacity", "current_queued", "percent_full", "network_status")
    } == {
        "total_capacity": 200,
        "current_queued": 34,
        "percent_full": 17.0,
        "network_status": "online",
    }
    assert body["oldest_receipt"] == {
        "id": RECEIPT_ID, "created_at": "2026-11-20T11:19:00.000Z", "age_hours": 1.25
    }  # fmt: skip
    assert body["last_sync"] == {
        "timestamp": "2026-11-20T12:33:59.000Z", "synced_count": 3, "failed_count": 0, "duration_seconds": 0.12
    }  # fmt: skip
    assert body["alerts"] == [{"level": "warning", "message": "Буфер заполнен на 80 %.", "code": "buffer_80"}]
    assert (body["kkt"]["status"], body["ofd"]["status"], body["shift"]["number"]) == ("up", "up", 5)


async def test_the_mode_is_shown_with_its_age_and_cause_and_decides_the_network_status(
    client: TestClient, desk: Responders, clock: FakeClock, states: States
) -> None:
    async def shown() -> dict[str, Any]:
        body: dict[str, Any] = await (await client.get("/v1/kkt/buffer/status", headers=bearer())).json()
        return body

    await desk.answer(services.STATUS, replace(STATUS, ofd=replace(OFD, reachable=False)))
    assert ((body := await shown())["network_status"], body["mode"]) == ("offline", None), (
        "heartbeat is silent"
    )
    states.mode = replace(MODE, mode=None, since_ms=None, cause=None)
    assert ((body := await shown())["network_status"], body["mode"]) == ("offline", None), "nothing found yet"
    states.mode = MODE
    body = await shown()
    assert body["network_status"] == "online", "the mode is slow on purpose"
    assert body["mode"] == {
        "name": "online", "since": "2026-11-20T10:33:59.500Z", "for_seconds": 7200, "cause": "all_up",
        "message": "ОФД и центральный офис на связи.", "ofd": "up", "link": "up", "odoo": "up",
    }  # fmt: skip
    states.mode = replace(MODE, mode=Mode.DEGRADED, cause=ModeCause.LINK_DOWN, link_stuck=True)
    body = await shown()
    assert (body["network_status"], body["mode"]["cause"]) == ("degraded", "link_down")
    assert body["alerts"][-1]["code"] == "link_stuck"
    clock.advance(6_000)
    assert (await shown())["mode"] is None


async def test_sync_is_202_and_its_refusals_keep_their_status(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.SYNC, c.SyncStarted(run_id="7"))
    path = "/v1/kkt/buffer/sync"
    response = await client.post(path, json={"force": True}, headers=bearer("manager"))
    assert (response.status, await response.json()) == (202, {"status": "started", "run_id": "7"})
    assert desk.asked == [c.Sync(by="manager", force=True)]
    await desk.answer(services.SYNC, refuse(Code.SYNC_RUNNING))
    await refused(await client.post(path, headers=bearer("manager")), 409, "SYNC_RUNNING")
    await desk.answer(services.SYNC, refuse(Code.OFD_UNREACHABLE))
    await refused(await client.post(path, headers=bearer("manager")), 503, "OFD_UNREACHABLE")


async def test_an_administrator_resets_the_breaker_and_stops_sales(
    client: TestClient, desk: Responders
) -> None:
    await desk.answer(
        services.RESET_BREAKER, c.BreakerReset(before=BreakerState.OPEN, after=BreakerState.CLOSED)
    )
    await desk.answer(services.MAINTENANCE, lambda asked: replace(STATUS, maintenance=asked.on))
    reset = await client.post("/v1/kkt/circuit_breaker/reset", headers=bearer("admin"))
    assert await reset.json() == {"before": "open", "after": "closed"}
    stop = await client.post("/v1/pos/maintenance", json={"reason": "замена ФН"}, headers=bearer("admin"))
    assert await stop.json() == {"maintenance": True}
    resume = await client.delete("/v1/pos/maintenance", headers=bearer("admin"))
    assert await resume.json() == {"maintenance": False}
    assert desk.asked[1:] == [
        c.SetMaintenance(on=True, by="admin", reason="замена ФН"),
        c.SetMaintenance(on=False, by="admin"),
    ]


async def test_a_manager_decides_a_held_receipt(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.RESOLVE, c.Resolved(receipt_id=RECEIPT_ID, decision=c.Decision.IS_DOCUMENT))
    path = f"{RECEIPT}/{RECEIPT_ID}/resolve"
    response = await client.post(path, json={"decision": "document", "fd": 812}, headers=bearer("manager"))
    assert await response.json() == {"receipt_id": RECEIPT_ID, "decision": "document"}
    for wrong in ({"decision": "document"}, {"decision": "print", "fd": 812}):
        await refused(await client.post(path, json=wrong, headers=bearer("manager")), 422, "INVALID", "fd")
    assert len(desk.asked) == 1


def journal_of(count: int) -> Any:
    def page(asked: c.ReadJournal) -> c.JournalPage:
        rows = [_row(seq) for seq in range(asked.after + 1, min(asked.after + asked.limit, count) + 1)]
        return c.JournalPage(rows=tuple(rows), last_seq=count)

    return page


def _row(seq: int) -> c.JournalRow:
    event = (
        e.ReceiptRefused(
            event_id=str(seq), till=TILL, receipt_id=RECEIPT_ID, key=KEY, code="X", total=Kopecks(1)
        )
        if seq % 50 == 0
        else e.MaintenanceChanged(event_id=str(seq), till=TILL, on=True, by="admin")
        if seq % 2
        else e.PaperChanged(event_id=str(seq), till=TILL, can_print=False, cause="нет бумаги")
    )
    return c.JournalRow(
        seq=seq, hlc=f"2026-11-21T09:{seq // 60:02}:{seq % 60:02}.000Z+0000@{TILL}", event=event
    )


async def test_the_journal_is_paged_to_its_end(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.JOURNAL, journal_of(250))
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        response = await client.get(
            f"/v1/kkt/buffer/logs?limit=99&after={after}", headers=bearer("accountant")
        )
        page = await response.json()
        seen += [row["seq"] for row in page["rows"]]
        after = page["next_after"]
    assert seen == list(range(1, 251))


async def test_the_journal_is_filtered_by_level_and_time(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.JOURNAL, journal_of(250))
    path = "/v1/kkt/buffer/logs?level=warning&from=2026-11-21T12:01:00%2B03:00&to=2026-11-21T09:01:05Z"
    page = await (await client.get(path, headers=bearer("accountant"))).json()
    assert [row["seq"] for row in page["rows"]] == [61, 63]
    assert page["rows"][0]["event"] == "maintenance.changed"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=x", "level=loud", "from=today", "to=2026-11-21T09:00:00"]
)
async def test_a_wrong_filter_is_named(client: TestClient, query: str) -> None:
    response = await client.get(f"/v1/kkt/buffer/logs?{query}", headers=bearer("admin"))
    await refused(response, 422, "INVALID", query.partition("=")[0])


async def test_the_catalog_is_searched(client: TestClient, desk: Responders) -> None:
    product = c.Product(sku="FR-1", ean="4601234567893", name="Оправа", price=Kopecks(1_249_000), vat=6)
    await desk.answer(services.SEARCH, c.FoundProducts(products=(product,), source="cache", total=300))
    response = await client.get("/v1/catalog/search", params={"q": "опр", "limit": "5"}, headers=bearer())
    assert (await response.json())["products"] == [
        {
            "sku": "FR-1", "ean": "4601234567893", "name": "Оправа", "price": "12490.00", "vat": "no_vat",
            "payment_subject": 1, "category": "", "stock": None,
        }
    ]  # fmt: skip
    assert desk.asked == [c.SearchCatalog(text="опр", limit=5)]


async def test_health_needs_no_token_and_says_what_stands_in_the_way(
    client: TestClient, desk: Responders, clock: FakeClock, states: States
) -> None:
    started = time.perf_counter()
    silent = await client.get("/v1/health")
    assert time.perf_counter() - started < 2
    assert (silent.status, (await silent.json())["status"]) == (503, "unhealthy")
    states.printer, states.ofd, states.mode = PRINTER, OFD, MODE
    await desk.answer(services.STATUS, replace(STATUS, printer=None, ofd=None))
    body = await (await client.get("/v1/health")).json()
    assert body["status"] == "healthy"
    assert body["components"] == {
        "kkt_device": "up", "ofd_connection": "up", "odoo_connection": "up", "buffer": "ok",
        "circuit_breaker": "closed",
    }  # fmt: skip
    states.ofd = replace(OFD, reachable=False, breaker=BreakerState.OPEN)
    degraded = await client.get("/v1/health")
    assert (degraded.status, (await degraded.json())["status"]) == (200, "degraded")
    clock.advance(6_000)
    assert (await client.get("/v1/health")).status == 503


async def test_health_is_quick_while_the_buffer_is_deaf(client: TestClient, desk: Responders) -> None:
    await desk.deafen(services.STATUS)
    started = time.perf_counter()
    answers = await asyncio.gather(*(client.get("/v1/health") for _ in range(10)))
    assert time.perf_counter() - started < 2
    assert {answer.status for answer in answers} == {503}


async def test_metrics_carry_the_till_and_count_by_route(client: TestClient, desk: Responders) -> None:
    await desk.answer(services.ACCEPT, PRINTED)
    await sell(client)
    text = await (await client.get("/metrics")).text()
    assert f'http_request_duration_seconds_count{{path="/v1/kkt/receipt",pos_id="{TILL}"}}' in text
    assert f'http_requests_total{{path="/v1/kkt/receipt",pos_id="{TILL}",status="200"}}' in text


async def test_the_screen_learns_its_till_and_limits(client: TestClient) -> None:
    body = await (await client.get("/v1/pos/session", headers=bearer())).json()
    assert body == {
        "pos_id": TILL, "shop": "Оптика", "role": "cashier", "rights": ["read", "sell"], "max_discount_percent": 10
    }  # fmt: skip

"""The OpenAPI document says what is served, with examples that the till itself can read."""

import json
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestClient

from pos_gateway.amounts import read_special
from pos_gateway.examples import EXAMPLES
from pos_gateway.health import States
from pos_gateway.openapi import document
from pos_gateway.routes import routes

TABLE = routes(States())
DOCUMENT = document(TABLE, "session_till-001")


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(inner) for inner in value.values()))
    if isinstance(value, list):
        return set[str]().union(*(references(inner) for inner in value))
    return set()


def test_every_route_is_described_and_nothing_else() -> None:
    described = {(method.upper(), path) for path, ways in DOCUMENT["paths"].items() for method in ways}
    served = {(route.method, route.path) for route in TABLE}
    assert described == served | {("GET", "/v1/health"), ("GET", "/metrics")}
    assert DOCUMENT["openapi"] == "3.1.0"


def test_every_reference_leads_somewhere_and_every_operation_has_its_own_id() -> None:
    assert references(DOCUMENT) == {
        f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]
    }
    ids = [way["operationId"] for ways in DOCUMENT["paths"].values() for way in ways.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)
def test_an_example_is_read_as_its_type(kind: type[msgspec.Struct]) -> None:
    assert isinstance(msgspec.convert(EXAMPLES[kind], kind, strict=True, dec_hook=read_special), kind)


def test_errors_are_listed_with_status_code_and_finality() -> None:
    sale = DOCUMENT["paths"]["/v1/kkt/receipt"]["post"]
    assert {"200", "202", "401", "403", "409", "413", "415", "422", "429", "500", "503"} == set(
        sale["responses"]
    )
    assert "`BUFFER_FULL` (final)" in sale["responses"]["503"]["description"]
    assert "`PENDING` (not final)" in sale["responses"]["503"]["description"]
    keys = [found for found in sale["parameters"] if found["name"] == "Idempotency-Key"]
    assert [key["required"] for key in keys] == [True]


async def test_it_is_served_to_everybody(client: TestClient) -> None:
    response = await client.get("/openapi.json")
    assert (response.status, await response.json()) == (200, json.loads(json.dumps(DOCUMENT)))

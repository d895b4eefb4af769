"""The OpenAPI 3.1 document, made from the routes and their Structs: it cannot say what the till does not do."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec

from contracts.refusals import RULES, Code
from pos_gateway.amounts import special_schema
from pos_gateway.answers import HealthAnswer
from pos_gateway.errors import EDGE_RULES, EdgeCode, ErrorBody
from pos_gateway.examples import EXAMPLES
from pos_gateway.routes import Route

VERSION: Final = "1.0.0"
REF: Final = "#/components/schemas/{name}"

_ALWAYS: Final = (
    EdgeCode.UNAUTHORIZED, EdgeCode.FORBIDDEN, EdgeCode.HOST_REFUSED, EdgeCode.ORIGIN_REFUSED,
    EdgeCode.RATE_LIMITED, EdgeCode.INTERNAL,
)  # fmt: skip
_WITH_BODY: Final = (Code.INVALID, EdgeCode.BODY_TOO_LARGE, EdgeCode.UNSUPPORTED_MEDIA_TYPE)


def document(table: Sequence[Route], session_cookie: str) -> dict[str, Any]:
    """The whole document."""
    schemas, components = _components(table)
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OpticsERP till",
            "version": VERSION,
            "description": "REST of one till. Money is exact roubles. A verdict says `final: true`; on anything "
            "else keep the Idempotency-Key and ask again.",
        },
        "servers": [{"url": "http://127.0.0.1:8000"}],
        "security": [{"token": []}, {"screen": []}],
        "paths": {**paths, **_open_paths(schemas)},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "screen": {"type": "apiKey", "in": "cookie", "name": session_cookie},
            },
        },
    }


def _components(table: Sequence[Route]) -> tuple[dict[type[msgspec.Struct], Any], dict[str, Any]]:
    kinds: dict[type[msgspec.Struct], None] = {ErrorBody: None, HealthAnswer: None}
    for route in table:
        kinds |= {kind: None for _, kind in route.answers if kind is not None}
        kinds |= {route.body: None} if route.body else {}
    found, components = msgspec.json.schema_components(
        list(kinds), schema_hook=special_schema, ref_template=REF
    )
    return dict(zip(kinds, found, strict=True)), components


def _operation(route: Route, schemas: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}_{route.path.strip('/').translate(_IDENTIFIER)}",
        "x-right": route.right.value,
        "parameters": _parameters(route),
        "responses": {
            **{str(status): _success(route, status, kind, schemas) for status, kind in route.answers},
            **_errors(_codes(route), schemas),
        },
    }
    if route.body is not None:
        operation["requestBody"] = {
            "required": route.body_required,
            "content": {"application/json": _media(route.body, schemas)},
        }
    return operation


_IDENTIFIER: Final = str.maketrans({"/": "_", "{": "", "}": "", ".": "_"})


def _parameters(route: Route) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in route.query
    ]
    if "{id}" in route.path:
        found.append({"name": "id", "in": "path", "required": True, "schema": _uuid()})
    if route.keyed:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": True,
                "description": "Identity of the attempt: the same key and body give the first answer again.",
                "schema": _uuid(),
            }
        )
    return found


def _uuid() -> dict[str, str]:
    return {"type": "string", "format": "uuid"}


def _success(
    route: Route, status: int, kind: type[msgspec.Struct] | None, schemas: dict[type[msgspec.Struct], Any]
) -> dict[str, Any]:
    content = {"image/svg+xml": {}} if kind is None else {"application/json": _media(kind, schemas)}
    shown: dict[str, Any] = {"description": HTTPStatus(status).phrase, "content": content}
    if route.keyed:
        shown["headers"] = {
            "Idempotency-Replayed": {
                "description": "`true` when the key was known: nothing new was done.",
                "schema": {"type": "string", "enum": ["true"]},
            }
        }
    return shown


def _media(kind: type[msgspec.Struct], schemas: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    return {"schema": schemas[kind], "example": EXAMPLES[kind]}


def _codes(route: Route) -> Iterable[Code | EdgeCode]:
    with_key = (Code.INVALID,) if route.keyed else ()
    return dict.fromkeys((*_ALWAYS, *(_WITH_BODY if route.body else ()), *with_key, *route.codes))


def _errors(codes: Iterable[Code | EdgeCode], schemas: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        rule = EDGE_RULES[code] if isinstance(code, EdgeCode) else RULES[code]
        verdict = "final" if rule.final else "not final"
        by_status.setdefault(rule.status, []).append(f"`{code}` ({verdict}): {rule.message}")
    return {
        str(status): {
            "description": "\n".join(f"- {line}" for line in lines),
            "content": {"application/json": {"schema": schemas[ErrorBody], "example": EXAMPLES[ErrorBody]}},
        }
        for status, lines in sorted(by_status.items())
    }


def _open_paths(schemas: dict[type[msgspec.Struct], Any]) -> dict[str, Any]:
    health = {"application/json": _media(HealthAnswer, schemas)}
    text = {"description": "OK", "content": {"text/plain": {"schema": {"type": "string"}}}}
    return {
        "/v1/health": {
            "get": {
                "summary": "Can this till sell? 200 healthy or degraded, 503 unhealthy",
                "operationId": "get_v1_health",
                "security": [],
                "responses": {
                    "200": {"description": "healthy or degraded", "content": health},
                    "503": {"description": "unhealthy", "content": health},
                },
            }
        },
        "/metrics": {
            "get": {
                "summary": "Prometheus metrics",
                "operationId": "get_metrics",
                "security": [],
                "responses": {"200": text},
            }
        },
    }

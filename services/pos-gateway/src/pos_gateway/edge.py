"""HTTP around the routes: who asks, may they, how often, is it JSON; every answer in one shape, one log line each."""

import re
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec
from aiohttp import web
from aiohttp.typedefs import Middleware

from actor import log, trace
from contracts.envelope import TRACEPARENT
from pos_gateway import metrics
from pos_gateway.access import RIGHTS, Role, Tokens
from pos_gateway.amounts import read_special
from pos_gateway.browser import API_POLICY, SECURITY_HEADERS, Hosts, Session, same_origin
from pos_gateway.call import Call, Reply, require
from pos_gateway.errors import EdgeCode, Problem, invalid
from pos_gateway.rate import RateLimit
from pos_gateway.routes import Route
from pos_gateway.strict_json import parse, read
from pos_gateway.till import Till

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]

KEY_HEADER: Final = "Idempotency-Key"
REPLAYED_HEADER: Final = "Idempotency-Replayed"
REQUEST_ID: Final = web.RequestKey("request_id", str)
ROLE: Final = web.RequestKey("role", str)
CODE: Final = web.RequestKey("code", str)

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HTTP_CODES: Final = {
    404: EdgeCode.UNKNOWN_PATH,
    405: EdgeCode.METHOD_NOT_ALLOWED,
    413: EdgeCode.BODY_TOO_LARGE,
}


class Gate:
    """Decides who a caller is and whether they may go on."""

    def __init__(
        self, tokens: Tokens, limit: RateLimit, *, session: Session, screen_role: Role | None
    ) -> None:
        self._tokens = tokens
        self._limit = limit
        self._session = session
        self._screen_role = screen_role

    def enter(self, request: web.Request, route: Route) -> Role:
        """The caller's role; Problem 429, 401 or 403."""
        role = self._role(request)
        self._count(request, role)
        if role is None:
            raise Problem(EdgeCode.UNAUTHORIZED)
        request[ROLE] = role
        require(role, route.right, RIGHTS)
        return role

    def _count(self, request: web.Request, role: Role | None) -> None:
        wait_s = self._limit.take(f"{request.remote} {role}")
        if wait_s is not None:
            raise Problem(EdgeCode.RATE_LIMITED, retry_after_s=wait_s)

    def _role(self, request: web.Request) -> Role | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if token:
            return self._tokens.role(token.strip()) if scheme.lower() == "bearer" else None
        if self._screen_role is None or not self._session.knows(request.cookies.get(self._session.cookie)):
            return None
        if request.method not in ("GET", "HEAD") and not same_origin(
            request.headers.get("Origin"), request.host
        ):
            raise Problem(EdgeCode.ORIGIN_REFUSED)
        return self._screen_role


def serve(route: Route, till: Till, gate: Gate, now_ms: Callable[[], int]) -> Handle:
    """The aiohttp handler of one route."""

    async def handle(request: web.Request) -> web.StreamResponse:
        role = gate.enter(request, route)
        key = _key(request) if route.keyed else ""
        body = await _body(request, route)
        call = Call(
            role=role, now_ms=now_ms(), key=key, body=body, path=request.match_info, query=request.query
        )
        return _response(await route.handler(till, call))

    return handle


def _key(request: web.Request) -> str:
    given = request.headers.get(KEY_HEADER, "")
    if len(request.headers.getall(KEY_HEADER, ())) > 1 or not _UUID.fullmatch(given):
        raise invalid(KEY_HEADER, "must be one UUID", "ключ операции не указан или указан с ошибкой.")
    return given.lower()


async def _body(request: web.Request, route: Route) -> msgspec.Struct | None:
    if route.body is None:
        return None
    if not request.can_read_body:
        if route.body_required:
            raise invalid("", "the body is missing", "запрос пуст.")
        return route.body()
    if request.content_type != "application/json":
        raise Problem(EdgeCode.UNSUPPORTED_MEDIA_TYPE)
    raw = await request.read()
    if not raw and not route.body_required:
        return route.body()
    return read(parse(raw), route.body, read_special)


def _response(reply: Reply) -> web.Response:
    response = web.Response(
        status=reply.status,
        body=reply.content if reply.body is None else msgspec.json.encode(reply.body),
        content_type=reply.content_type,
        headers={"Cache-Control": "no-store"},
    )
    if reply.replayed:
        response.headers[REPLAYED_HEADER] = "true"
    return response


def problem_response(problem: Problem, request_id: str) -> web.Response:
    """An error in the one shape."""
    response = web.Response(
        status=problem.status,
        body=msgspec.json.encode(problem.body(request_id)),
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
    if problem.retry_after_s is not None:
        response.headers["Retry-After"] = str(problem.retry_after_s)
    if problem.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def shaping(hosts: Hosts) -> Middleware:
    """The outermost middleware: request id, host check, errors in one shape, headers, log line, metrics."""

    @web.middleware
    async def shape(request: web.Request, handler: Handle) -> web.StreamResponse:
        started = time.perf_counter()
        request[REQUEST_ID] = str(uuid.uuid4())
        trace.enter(request.headers.get(TRACEPARENT))
        response = await _answer(request, handler, hosts)
        response.headers.setdefault("Content-Security-Policy", API_POLICY)
        response.headers.update(SECURITY_HEADERS)
        response.headers["X-Request-Id"] = request[REQUEST_ID]
        response.headers["Server"] = "till"
        _record(request, response.status, time.perf_counter() - started)
        return response

    return shape


async def _answer(request: web.Request, handler: Handle, hosts: Hosts) -> web.StreamResponse:
    try:
        if not hosts.allow(request.host):
            raise Problem(EdgeCode.HOST_REFUSED)
        return await handler(request)
    except Problem as problem:
        return _refused(request, problem)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        code = _HTTP_CODES.get(error.status, EdgeCode.INTERNAL)
        response = _refused(request, Problem(code, status=error.status))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:  # noqa: BLE001  # the last net: a caller hears the one shape, an engineer the traceback
        log.get().exception("request_crashed", request_id=request[REQUEST_ID])
        return _refused(request, Problem(EdgeCode.INTERNAL))


def _refused(request: web.Request, problem: Problem) -> web.Response:
    request[CODE] = problem.code
    return problem_response(problem, request[REQUEST_ID])


def _record(request: web.Request, status: int, took_s: float) -> None:
    resource = request.match_info.route.resource
    path = resource.canonical if resource is not None else "unknown"
    metrics.REQUESTS.labels(path, str(status)).inc()
    metrics.REQUEST_SECONDS.labels(path).observe(took_s)
    log.canonical(
        "http_request",
        method=request.method,
        path=path,
        status=status,
        took_ms=round(took_s * 1000, 2),
        role=request.get(ROLE),
        code=request.get(CODE),
        request_id=request[REQUEST_ID],
        key=request.headers.get(KEY_HEADER, "")[:36] or None,
        receipt_id=request.match_info.get("id", "")[:36] or None,
    )

"""The web application: routes of the API, health, metrics, the description, and the POS page."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import prometheus_client
from aiohttp import web

from actor import metrics
from pos_gateway.access import Role, Tokens
from pos_gateway.answers import HealthStatus
from pos_gateway.browser import PAGE_POLICY, Hosts, Session, is_loopback
from pos_gateway.edge import Gate, Handle, serve, shaping
from pos_gateway.errors import EdgeCode, Problem
from pos_gateway.health import States, ask_health
from pos_gateway.openapi import document
from pos_gateway.rate import RateLimit
from pos_gateway.routes import routes
from pos_gateway.till import Till

MAX_BODY: Final = 1024**2
WEB: Final = Path(__file__).parent / "web"
KINDS: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


def application(
    till: Till,
    tokens: Tokens,
    states: States,
    *,
    host: str,
    session: Session,
    screen_role: Role | None,
    requests_per_second: int,
    now_ms: Callable[[], int],
    monotonic_s: Callable[[], float],
) -> web.Application:
    """Everything that answers on the till's port."""
    app = web.Application(middlewares=[shaping(Hosts(host))], client_max_size=MAX_BODY)
    gate = Gate(tokens, RateLimit(requests_per_second, monotonic_s), session=session, screen_role=screen_role)
    table = routes(states)
    for route in table:
        app.router.add_route(route.method, route.path, serve(route, till, gate, now_ms))
    app.router.add_get("/v1/health", _health(till, states, now_ms))
    app.router.add_get("/metrics", _metrics(till.id))
    app.router.add_get(
        "/openapi.json", _fixed(msgspec.json.encode(document(table, session.cookie)), "application/json")
    )
    app.router.add_get("/", _page(session if screen_role else None))
    app.router.add_get("/static/{name}", _static())
    return app


def _health(till: Till, states: States, now_ms: Callable[[], int]) -> Handle:
    async def show(_: web.Request) -> web.Response:
        found = await ask_health(till, states, now_ms)
        return web.Response(
            status=503 if found.status is HealthStatus.UNHEALTHY else 200,
            body=msgspec.json.encode(found),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )

    return show


def _metrics(pos_id: str) -> Handle:
    async def show(_: web.Request) -> web.Response:
        return web.Response(
            body=metrics.exposition(pos_id), headers={"Content-Type": prometheus_client.CONTENT_TYPE_LATEST}
        )

    return show


def _fixed(content: bytes, kind: str) -> Handle:
    async def show(_: web.Request) -> web.Response:
        return web.Response(body=content, content_type=kind)

    return show


def _page(session: Session | None) -> Handle:
    page = (WEB / "index.html").read_bytes()

    async def show(request: web.Request) -> web.Response:
        response = web.Response(
            body=page,
            content_type="text/html",
            charset="utf-8",
            headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-store"},
        )
        if session is not None and is_loopback(request.remote):
            response.set_cookie(session.cookie, session.secret, httponly=True, samesite="Strict", path="/")
        return response

    return show


def _static() -> Handle:
    files = {path.name: path.read_bytes() for path in WEB.iterdir() if path.suffix in KINDS}

    async def show(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        if name not in files:
            raise Problem(EdgeCode.UNKNOWN_PATH)
        kind = KINDS[Path(name).suffix]
        return web.Response(
            body=files[name],
            content_type=kind,
            charset="utf-8",
            headers={"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"},
        )

    return show

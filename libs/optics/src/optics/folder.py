"""The folder of one till stack: `till.toml`, `leaf.conf`, keys, tokens, data, logs; made once, kept afterwards."""

import importlib.util
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from contracts.settings import (
    CatalogSection,
    GatewaySection,
    HubSection,
    KktSection,
    MetricsSection,
    NatsSection,
    OfdSection,
    TillSection,
    TillSettings,
)
from optics.ports import LOOPBACK, Ports
from till_nats.keys import ensure_keys, seed_path
from till_nats.render import LINK_FILE, leaf_settings, render, render_link, user_names

TILL: Final = "till-001"
ROLES: Final = ("cashier", "manager", "accountant", "admin")
CONFIG: Final = "till.toml"
LEAF: Final = "leaf.conf"
TOKENS: Final = "tokens.json"
LINK_KEY: Final = "hub-link"
"""The till's own key at the hub; only its public half leaves the till."""


def stack_settings(
    folder: Path,
    ports: Ports,
    *,
    till: str = TILL,
    hub_urls: tuple[str, ...] = (),
    screen_role: str = "",
    tokens: Path | None = None,
) -> TillSettings:
    """Settings of a till with both emulators; all paths absolute. `tokens`: a file that tills share."""
    return TillSettings(
        till=TillSection(id=till, data=str(folder / "data"), shop="Оптика на Невском"),
        nats=NatsSection(
            url=f"nats://{LOOPBACK}:{ports.nats}",
            monitor=f"http://{LOOPBACK}:{ports.nats_monitor}",
            keys=str(folder / "keys"),
        ),
        kkt=KktSection(uri=f"shtrih+tcp://{LOOPBACK}:{ports.kkt}"),
        ofd=OfdSection(host=LOOPBACK, port=ports.ofd),
        gateway=GatewaySection(
            tokens=str(tokens or folder / TOKENS), host=LOOPBACK, port=ports.gateway, screen_role=screen_role
        ),
        hub=HubSection(urls=hub_urls),
        catalog=CatalogSection(base=demo_catalog()),
        metrics=MetricsSection(
            buffer_actor=ports.buffer_metrics,
            printer_actor=ports.printer_metrics,
            ofd_forwarder=ports.forwarder_metrics,
            catalog_cache=ports.catalog_metrics,
            heartbeat=ports.heartbeat_metrics,
        ),
    )


def demo_catalog() -> str:
    """The demo goods that catalog-cache brings with it, found without importing the service; empty: not installed."""
    spec = importlib.util.find_spec("catalog_cache")
    places = spec.submodule_search_locations if spec else None
    files = [Path(place) / "demo_catalog.csv" for place in places or ()]
    return next((str(file) for file in files if file.exists()), "")


def write_till(folder: Path, settings: TillSettings) -> dict[str, str]:
    """Write settings and the server's configuration, make keys and tokens that are missing; role → token."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / CONFIG).write_text(to_toml(settings), encoding="utf-8")
    write_leaf(folder / LEAF, settings)
    return ensure_tokens(Path(settings.gateway.tokens))


def write_leaf(path: Path, settings: TillSettings) -> bool:
    """Write the configuration of nats-server and make its folder; whether the text has changed."""
    keys = ensure_keys(Path(settings.nats.keys), user_names(settings.till.id))
    leaf = leaf_settings(settings)
    Path(leaf.store_dir).mkdir(
        parents=True, exist_ok=True
    )  # the server writes its pid there before anything else
    if leaf.hub_urls:
        _write_link(path.parent / LINK_FILE, Path(settings.nats.keys))
    text = render(leaf, keys)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def _write_link(path: Path, keys: Path) -> None:
    ensure_keys(keys, [LINK_KEY])
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(render_link(seed_path(keys, LINK_KEY).read_text(encoding="utf-8").strip()))
    path.chmod(0o600)


def ensure_tokens(
    path: Path, new_token: Callable[[], str] = lambda: secrets.token_urlsafe(24)
) -> dict[str, str]:
    """Role → token of the REST API; those that exist are kept. The file is readable by its owner only."""
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    tokens = {role: known.get(role) or new_token() for role in ROLES}
    if tokens != known:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(tokens, file, indent=2)
    path.chmod(0o600)
    return tokens


def to_toml(settings: msgspec.Struct) -> str:
    """Sections of plain values as TOML: a JSON text, number or truth value is one of TOML too."""
    sections: dict[str, dict[str, Any]] = msgspec.to_builtins(settings)
    return "\n".join(
        f"[{name}]\n"
        + "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in section.items())
        for name, section in sections.items()
    )

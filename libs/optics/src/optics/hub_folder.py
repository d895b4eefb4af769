"""The folder of head office: `hub.toml`, `hub.conf`, keys of its services, and the inventory of its tills."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from contracts.hub_settings import HubServerSection, HubSettings
from contracts.subjects import Subjects
from optics.folder import to_toml
from optics.ports import LOOPBACK, HubPorts
from till_nats.hub_render import hub_config, hub_user_names, render_hub
from till_nats.keys import ensure_keys

CONFIG: Final = "hub.toml"
CONF: Final = "hub.conf"
TILLS: Final = "tills.json"


class TillKnown(Exception):
    """The till is in the inventory with another key; who has lost its key is removed first, by hand."""


def demo_hub_settings(folder: Path, ports: HubPorts) -> HubSettings:
    """One server on this machine; all paths absolute."""
    return HubSettings(
        hub=HubServerSection(
            data=str(folder / "data"),
            keys=str(folder / "keys"),
            url=f"nats://{LOOPBACK}:{ports.nats}",
            monitor=f"http://{LOOPBACK}:{ports.monitor}",
            leaf=f"{LOOPBACK}:{ports.leaf}",
        )
    )


def read_tills(folder: Path) -> dict[str, str]:
    """The inventory: till → public key of its user at the hub."""
    path = folder / TILLS
    tills: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return tills


def add_till(folder: Path, till: str, public_key: str) -> bool:
    """Put a till into the inventory; False when it is there with this key. TillKnown, BadTillId."""
    Subjects(till)
    tills = read_tills(folder)
    if tills.get(till, public_key) != public_key:
        raise TillKnown(f"{till}: {TillKnown.__doc__}")
    if till in tills:
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps({**tills, till: public_key}, indent=1, sort_keys=True)
    unfinished = (folder / TILLS).with_suffix(".new")
    unfinished.write_text(text + "\n", encoding="utf-8")
    unfinished.replace(folder / TILLS)
    return True


def write_hub(folder: Path, settings: HubSettings) -> Mapping[str, str]:
    """Write settings and the server's configuration, make keys that are missing; the inventory."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / CONFIG).write_text(to_toml(settings), encoding="utf-8")
    return write_conf(folder, settings)


def write_conf(folder: Path, settings: HubSettings) -> Mapping[str, str]:
    """Write the server's configuration from the inventory, and make its folder; the inventory."""
    tills = read_tills(folder)
    hub = hub_config(settings)
    Path(hub.store_dir).mkdir(
        parents=True, exist_ok=True
    )  # the server writes its pid there before anything else
    keys = ensure_keys(Path(settings.hub.keys), hub_user_names())
    (folder / CONF).write_text(render_hub(hub, keys, tills), encoding="utf-8")
    return tills

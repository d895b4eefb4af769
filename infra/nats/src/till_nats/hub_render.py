"""The configuration file of a server of the hub, as a pure function of settings, inventory and public keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from contracts.hub_permissions import hub_users, till_link
from contracts.hub_settings import HubSettings
from contracts.streams import HUB_DOMAIN
from till_nats.keys import SYSTEM_USER
from till_nats.templates import fill

TEMPLATE: Final = "hub.conf.j2"


class HubConfig(msgspec.Struct, frozen=True, kw_only=True):
    """What the template needs; addresses are host:port. Without `routes` the server is alone."""

    name: str
    listen: str
    monitor: str
    leaf: str
    store_dir: str
    cluster: str = ""
    routes: tuple[str, ...] = ()

    @property
    def pid_file(self) -> str:
        """Where the server writes its process id."""
        return f"{self.store_dir}/nats-server.pid"


def hub_config(settings: HubSettings) -> HubConfig:
    """The server's part of `hub.toml`; its store lies in `<data>/nats`."""
    return HubConfig(
        name=settings.hub.name,
        listen=urlsplit(settings.hub.url).netloc,
        monitor=urlsplit(settings.hub.monitor).netloc,
        leaf=settings.hub.leaf,
        store_dir=str(Path(settings.hub.data) / "nats"),
        cluster=settings.cluster.listen,
        routes=settings.cluster.routes,
    )


def hub_user_names() -> tuple[str, ...]:
    """Every user of head office that needs a key, the system's first."""
    return (SYSTEM_USER, *(user.name for user in hub_users()))


def render_hub(hub: HubConfig, keys: Mapping[str, str], tills: Mapping[str, str]) -> str:
    """The whole file. `keys`: service → public key (KeyError when one is missing); `tills`: till → public key."""
    return fill(
        TEMPLATE,
        hub=hub,
        domain=HUB_DOMAIN,
        users=hub_users(),
        keys={name: keys[name] for name in hub_user_names()},
        tills=[till_link(till) for till in sorted(tills)],
        till_keys=tills,
        system_user=SYSTEM_USER,
    )

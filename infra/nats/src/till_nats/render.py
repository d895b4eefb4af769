"""The configuration file of the till's nats-server, as a pure function of settings, users and public keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from contracts.permissions import till_users
from contracts.settings import TillSettings
from till_nats.keys import SYSTEM_USER
from till_nats.templates import fill

TEMPLATE: Final = "leaf.conf.j2"
LINK_FILE: Final = "hub-link.conf"
"""Beside the configuration, 0600: the only place of it that holds a secret."""


class LeafSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the template needs. `listen` and `monitor` are host:port; without `hub_urls` the till stands alone."""

    till: str
    listen: str
    monitor: str
    store_dir: str
    hub_urls: tuple[str, ...] = ()
    link: bool = True

    @property
    def pid_file(self) -> str:
        """Where the server writes its process id."""
        return f"{self.store_dir}/nats-server.pid"


def leaf_settings(settings: TillSettings) -> LeafSettings:
    """The server's part of `till.toml`; its store lies in `<data>/nats`."""
    return LeafSettings(
        till=settings.till.id,
        listen=urlsplit(settings.nats.url).netloc,
        monitor=urlsplit(settings.nats.monitor).netloc,
        store_dir=str(Path(settings.till.data) / "nats"),
        hub_urls=settings.hub.urls,
        link=settings.hub.link,
    )


def user_names(till: str) -> tuple[str, ...]:
    """Every NATS user that needs a key, the system's first."""
    return (SYSTEM_USER, *(user.name for user in till_users(till)))


def render(leaf: LeafSettings, keys: Mapping[str, str]) -> str:
    """The whole file; equal arguments give equal text. `keys`: user → public key (KeyError when one is missing)."""
    return fill(
        TEMPLATE,
        leaf=leaf,
        users=till_users(leaf.till),
        keys={name: keys[name] for name in user_names(leaf.till)},
        system_user=SYSTEM_USER,
        link_file=LINK_FILE,
    )


def render_link(seed: str) -> str:
    """`hub-link.conf`: the seed of the till's user at the hub."""
    return f'HUB_LINK_SEED: "{seed}"\n'

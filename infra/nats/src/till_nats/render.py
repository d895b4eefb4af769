"""The configuration file of the till's nats-server, as a pure function of settings, users and public keys."""

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import jinja2
import msgspec

from contracts.permissions import till_users
from contracts.settings import TillSettings
from till_nats.keys import SYSTEM_USER

TEMPLATE = "leaf.conf.j2"


class LeafSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the template needs. `listen` and `monitor` are host:port; without `hub_urls` the till stands alone."""

    till: str
    listen: str
    monitor: str
    store_dir: str
    hub_urls: tuple[str, ...] = ()


def leaf_settings(settings: TillSettings) -> LeafSettings:
    """The server's part of `till.toml`; its store lies in `<data>/nats`."""
    return LeafSettings(
        till=settings.till.id,
        listen=urlsplit(settings.nats.url).netloc,
        monitor=urlsplit(settings.nats.monitor).netloc,
        store_dir=str(Path(settings.till.data) / "nats"),
    )


def user_names(till: str) -> tuple[str, ...]:
    """Every NATS user that needs a key, the system's first."""
    return (SYSTEM_USER, *(user.name for user in till_users(till)))


def render(leaf: LeafSettings, keys: Mapping[str, str]) -> str:
    """The whole file; equal arguments give equal text. `keys`: user → public key (KeyError when one is missing)."""
    users = till_users(leaf.till)
    wanted = {name: keys[name] for name in user_names(leaf.till)}
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("till_nats", "."),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - no HTML; values are quoted by the filter
    )
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    return environment.get_template(TEMPLATE).render(
        leaf=leaf, users=users, keys=wanted, system_user=SYSTEM_USER
    )

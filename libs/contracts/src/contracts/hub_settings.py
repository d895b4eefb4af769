"""`hub.toml`: one file for one server of the hub. `tills.json` beside it is the inventory: till → public key."""

import msgspec


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class HubServerSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """This server. `keys` is the folder with one NKey seed for each service of head office."""

    data: str
    keys: str
    name: str = "hub-1"
    url: str = "nats://127.0.0.1:4322"
    monitor: str = "http://127.0.0.1:8322"
    leaf: str = "127.0.0.1:7422"


class ClusterSection(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The other servers of the hub. Without routes there is one server and one copy of everything."""

    listen: str = "127.0.0.1:6322"
    routes: tuple[str, ...] = ()
    replicas: int = 1


class HubSettings(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    hub: HubServerSection
    cluster: ClusterSection = ClusterSection()

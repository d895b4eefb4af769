"""`optics link`: cut a till's line to head office, or mend it, by its server's own switch."""

import os
import signal
from pathlib import Path

import msgspec

from contracts.settings import TillSettings
from optics.folder import write_leaf
from optics.ports import command_line
from till_nats.render import leaf_settings


class NoHub(Exception):
    """The till has no hub in its settings: there is no line."""


def set_link(leaf: Path, settings: TillSettings, *, up: bool) -> bool:
    """Write the server's configuration with the line on or off and have it read; False when the server does not run.
    It lasts until the next provisioning. NoHub."""
    if not settings.hub.urls:
        raise NoHub(NoHub.__doc__)
    hub = msgspec.structs.replace(settings.hub, link=up)
    write_leaf(leaf, msgspec.structs.replace(settings, hub=hub))
    return reload_server(leaf_settings(settings).pid_file)


def reload_server(pid_file: str) -> bool:
    """Tell the nats-server of this pid file to read its configuration anew (SIGHUP); False when it does not run."""
    try:
        pid = int(Path(pid_file).read_text().strip())
    except (OSError, ValueError):
        return False
    if "nats-server" not in command_line(pid):
        return False
    os.kill(pid, signal.SIGHUP)
    return True

"""Where the nats-server program is."""

import shutil
import sysconfig
from pathlib import Path

from till_nats.errors import ServerMissing


def server_binary() -> Path:
    """The program of this environment, else the one on PATH; ServerMissing."""
    ours = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(ours) if ours.exists() else shutil.which("nats-server")
    if found is None:
        raise ServerMissing(ServerMissing.__doc__)
    return Path(found)

"""A service's start: what is heavy and unused stays out."""

import subprocess
import sys

START = """
import sys
import actor, actor.bus, actor.config, actor.db, actor.lock, actor.metrics, actor.service
assert "pygments" not in sys.modules, "rich came in"
assert "aiohttp" not in sys.modules, "aiohttp came in"
import aiohttp, rich
assert aiohttp.ClientSession and rich.print
"""


def test_rich_and_aiohttp_are_not_imported_unless_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", START], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


HIDE = """
import sys
import json
from actor.lean import without
with without("json", "absent_package"):
    try:
        import json as again
        raise SystemExit("json was found")
    except ImportError:
        pass
import json as back
assert back is json
assert "absent_package" not in sys.modules
"""


def test_hidden_packages_are_back_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", HIDE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

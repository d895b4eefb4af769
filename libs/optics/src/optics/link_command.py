"""`optics link down|up TILL`."""

import sys
from pathlib import Path
from typing import Final

from actor.errors import EXIT_UNAVAILABLE, FatalError
from optics.folder import LEAF
from optics.link import NoHub, set_link
from optics.provision_command import load_till
from till_nats.errors import KeyDamaged

EXIT_USAGE: Final = 2
STATES: Final = {"down": "связь с центром оборвана", "up": "связь с центром включена"}


def run_link(state: str, config: Path) -> int:
    """Do it and say so; the exit code."""
    if state not in STATES:
        return _fail(EXIT_USAGE, f"{state!r}: должно быть down или up")
    if not config.exists():
        return _fail(EXIT_USAGE, f"нет {config}; работает ли демо, так ли зовут кассу?")
    folder = config.absolute().parent
    try:
        settings = load_till(config)
        running = set_link(folder / LEAF, settings, up=state == "up")
    except FatalError as error:
        return _fail(error.exit_code, error.text)
    except (NoHub, KeyDamaged) as error:
        return _fail(EXIT_USAGE, str(error))
    if not running:
        return _fail(EXIT_UNAVAILABLE, f"записано в {folder / LEAF}, но nats-server кассы не работает")
    print(f"{settings.till.id}: {STATES[state]}")
    return 0


def _fail(code: int, text: str) -> int:
    print(text, file=sys.stderr)
    return code

"""`optics provision`: keys and configuration beside `till.toml`, then the streams; idempotent."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import msgspec

from actor.config import load
from actor.errors import EXIT_UNAVAILABLE, FatalError
from contracts.settings import TillSettings
from optics.folder import LEAF, write_leaf
from optics.provisioning import ServerAway, provision_till
from till_nats.errors import Drifted, JetStreamDown, TillNatsError

EXIT_DRIFT: Final = 3
EXIT_REJECTED: Final = 1


def run_provision(config: Path, capacity: int | None) -> int:
    """Do it and say what was done; the exit code."""
    folder = config.absolute().parent
    leaf = folder / LEAF
    try:
        settings = load_till(config)
        print(f"{leaf}: {'записан' if write_leaf(leaf, settings) else 'без изменений'}")
        created = asyncio.run(provision_till(settings, capacity=capacity))
    except FatalError as error:
        return _fail(error.exit_code, error.text)
    except (ServerAway, JetStreamDown) as error:
        return _fail(EXIT_UNAVAILABLE, f"nats-server не отвечает: {error}\nзапустите: nats-server -c {leaf}")
    except Drifted as drifted:
        return _fail(EXIT_DRIFT, f"сервер хранит не то, что объявлено, ничего не изменено:\n{drifted}")
    except TillNatsError as error:
        return _fail(EXIT_REJECTED, str(error))
    for name in created:
        print(f"создано: {name}")
    print("потоки и потребители в порядке")
    return 0


def load_till(config: Path) -> TillSettings:
    """`till.toml`; relative paths are relative to its folder. FatalError."""
    settings, folder = load(config, TillSettings), config.absolute().parent
    till = msgspec.structs.replace(settings.till, data=str(folder / settings.till.data))
    keys = msgspec.structs.replace(settings.nats, keys=str(folder / settings.nats.keys))
    return msgspec.structs.replace(settings, till=till, nats=keys)


def _fail(code: int, text: str) -> int:
    print(text, file=sys.stderr)
    return code

"""`optics till add`: a till's key, its line in `hub.conf`, its streams; idempotent."""

import asyncio
import sys
from pathlib import Path
from typing import Final

import msgspec

from actor.config import load
from actor.errors import FatalError
from contracts.hub_settings import HubSettings
from contracts.subjects import BadTillId
from optics.folder import LINK_KEY
from optics.hub_folder import CONF, CONFIG, TillKnown, add_till, write_conf
from optics.link import reload_server
from optics.provision_command import EXIT_DRIFT, EXIT_REJECTED
from optics.provisioning import provision_hub
from till_nats.errors import Drifted, TillNatsError
from till_nats.hub_render import hub_config
from till_nats.keys import ensure_keys, seed_path

EXIT_USAGE: Final = 2


def run_add(till: str, hub: Path, *, out: Path | None, public_key: str) -> int:
    """Do it and say what was done; the exit code."""
    if not (hub / CONFIG).exists():
        return _fail(EXIT_USAGE, f"нет {hub / CONFIG}: это не папка центра")
    try:
        settings = load_hub(hub / CONFIG)
        key = public_key or _issue(till, out or hub / "issued" / till)
        fresh = add_till(hub, till, key)
        print(f"{till}: {'записана' if fresh else 'уже записана'}, открытый ключ {key}")
        tills = write_conf(hub, settings)
        if not reload_server(hub_config(settings).pid_file):
            print(f"{hub / CONF} записан; сервер центра не работает, потоки появятся при его запуске")
            return 0
        for created in asyncio.run(provision_hub(settings, tuple(tills))):
            print(f"создано: {created}")
    except FatalError as error:
        return _fail(error.exit_code, error.text)
    except (BadTillId, TillKnown) as error:
        return _fail(EXIT_USAGE, str(error))
    except Drifted as drifted:
        return _fail(EXIT_DRIFT, f"центр хранит не то, что объявлено, ничего не изменено:\n{drifted}")
    except TillNatsError as error:
        return _fail(EXIT_REJECTED, f"{type(error).__name__}: {error}")
    return 0


def load_hub(config: Path) -> HubSettings:
    """`hub.toml`; relative paths are relative to its folder. FatalError."""
    settings = load(config, HubSettings)
    folder = config.absolute().parent
    hub = msgspec.structs.replace(
        settings.hub, data=str(folder / settings.hub.data), keys=str(folder / settings.hub.keys)
    )
    return msgspec.structs.replace(settings, hub=hub)


def _issue(till: str, folder: Path) -> str:
    """Make the till's key where it can be carried from; its public half."""
    key = ensure_keys(folder, [LINK_KEY])[LINK_KEY]
    print(
        f"ключ кассы: {seed_path(folder, LINK_KEY)}; перенесите его в папку ключей кассы {till} и сотрите здесь"
    )
    return key


def _fail(code: int, text: str) -> int:
    print(text, file=sys.stderr)
    return code

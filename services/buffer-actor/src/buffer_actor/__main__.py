"""`python -m buffer_actor --config till.toml`."""

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

from actor.config import load
from actor.errors import FatalError
from actor.lock import DataFolder
from actor.run import run
from buffer_actor.app import NAME, run_till
from buffer_actor.store import Ledger
from contracts.settings import TillSettings


def main() -> int:
    parser = argparse.ArgumentParser(prog="buffer_actor", description="Ledger of one till.")
    parser.add_argument("--config", required=True, type=Path, help="till.toml")
    parser.add_argument(
        "--clear-contradictions", metavar="NAME",
        help="with the service stopped: NAME has looked at every contradiction; sales may begin again",
    )  # fmt: skip
    arguments = parser.parse_args()
    try:
        settings = load(arguments.config, TillSettings)
        if arguments.clear_contradictions:
            cleared = asyncio.run(clear(settings, arguments.clear_contradictions))
            print(f"{cleared} cleared")
            return 0
    except FatalError as error:
        print(f"{NAME}: {error.text}", file=sys.stderr)
        return error.exit_code
    return run(partial(run_till, settings), name=NAME)


async def clear(settings: TillSettings, by: str) -> int:
    """Note who has looked; how many contradictions were open. The next start compares everything again."""
    with DataFolder(Path(settings.till.data) / NAME) as folder:
        ledger = await Ledger.open(folder.path / "ledger.db")
        try:
            return await ledger.write(lambda tx: tx.clear_contradictions(by))
        finally:
            await ledger.close()


if __name__ == "__main__":
    sys.exit(main())

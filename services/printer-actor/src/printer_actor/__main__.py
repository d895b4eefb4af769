"""`python -m printer_actor --config till.toml`: settings → parts → run."""

import argparse
import datetime as dt
import sys
import time
import uuid
from pathlib import Path

from actor import log
from actor.bus import Bus
from actor.config import ConfigError, load
from actor.health import Health
from actor.lock import DataFolder
from actor.metrics import serve_metrics
from actor.run import run
from actor.service import serve
from actor.stop import Stop
from actor.supervisor import Child, supervise
from contracts.settings import TillSettings
from contracts.subjects import Subjects
from hlc import Clock, ClockInDoubt
from printer_actor.assembly import Assembly
from printer_actor.hlc_bound import BoundFile
from printer_actor.store import Store

NAME = "printer-actor"
VERSION = "0.1.0"
MAX_DRIFT_MS = 60_000


def now_ms() -> int:
    """Wall time, milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000

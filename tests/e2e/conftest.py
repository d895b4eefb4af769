"""A whole till of real processes on free ports."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from optics.stack import TillStack

from .cash_desk import CashDesk


@pytest.fixture
def root() -> Path:
    """The project's folder."""
    return Path(__file__).parents[2]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CashDesk]:
    """A caller of a fresh till that has passed its boot guard."""
    async with TillStack(tmp_path) as stack, CashDesk(stack) as caller:
        yield caller

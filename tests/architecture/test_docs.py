"""Documents name real files, and what is generated is fresh."""

import re
from pathlib import Path

import pytest

from contracts.asyncapi import write

ROOT = Path(__file__).parents[2]
MADE = {".venv", ".tools", ".run", "node_modules"}
PAGES = sorted(page for page in ROOT.rglob("*.md") if not MADE & set(page.relative_to(ROOT).parts))
LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_real_files(page: Path) -> None:
    missing = [target for target in LINK.findall(page.read_text()) if not (page.parent / target).exists()]
    assert not missing


def test_the_generated_protocol_pages_are_fresh(tmp_path: Path) -> None:
    write(tmp_path)
    for name in ("asyncapi.json", "protocol.md"):
        fresh = (tmp_path / name).read_text()
        assert (ROOT / "docs" / name).read_text() == fresh, f"docs/{name} is old: run `./just docs`"

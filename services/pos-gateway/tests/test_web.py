"""The page keeps the promises of its own policy."""

import re
from pathlib import Path

import pytest

from pos_gateway.server import WEB

FILES = sorted(path for path in WEB.iterdir() if path.suffix in {".html", ".js", ".css", ".svg"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_is_parsed_as_html_and_nothing_comes_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text
    )
    assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", text)


def test_the_page_has_no_inline_script_or_style_and_all_its_files_are_there() -> None:
    page = (WEB / "index.html").read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", page)
    wanted = set(re.findall(r"/static/([\w.]+)", page))
    for script in WEB.glob("*.js"):
        wanted |= set(re.findall(r'from "\./([\w.]+)"', script.read_text()))
    assert wanted <= {path.name for path in FILES}
    assert {path.name for path in FILES} - wanted == {"index.html"}

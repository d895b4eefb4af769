"""Drives a headless browser over the DevTools protocol (runs in Odoo's own environment, for websocket-client).

Usage: take_shots.py BASE_URL DATABASE FOLDER < screens as JSON. Exit code 1 when a screen did not appear.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import websocket

WIDTH, HEIGHT = 1366, 850
LIMIT_S = 40.0
_BUSY = ".o_blockUI, .o_loading_indicator"
_READY = f"document.querySelector('.o_action_manager > *') && !document.querySelector('{_BUSY}')"


class Page:
    """One browser tab."""

    def __init__(self, address: str) -> None:
        self._socket = websocket.create_connection(address, timeout=LIMIT_S, suppress_origin=True)
        self._number = 0

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send one DevTools command and return its result."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._number:
                return dict(message.get("result", {}))

    def evaluate(self, script: str) -> object:
        """Return the value of a JavaScript expression; promises are awaited."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer.get("result", {}).get("value")

    def wait(self, condition: str) -> bool:
        """Wait until a JavaScript expression is true."""
        deadline = time.monotonic() + LIMIT_S
        while time.monotonic() < deadline:
            if self.evaluate(f"Boolean({condition})"):
                return True
            time.sleep(0.2)
        return False

    def go(self, address: str) -> None:
        """Open an address."""
        self.call("Page.navigate", url=address)

    def save(self, path: Path) -> None:
        """Write what is seen as PNG."""
        picture = self.call("Page.captureScreenshot", format="png")
        path.write_bytes(base64.b64decode(picture["data"]))


def rpc(page: Page, model: str, method: str, *arguments: object) -> Any:
    """Call Odoo as the user who is logged in."""
    body = {"params": {"model": model, "method": method, "args": arguments, "kwargs": {}}}
    script = f"""fetch('/web/dataset/call_kw', {{method: 'POST', headers: {{'Content-Type': 'application/json'}},
        body: {json.dumps(json.dumps(body))}}}).then(answer => answer.json()).then(answer => answer.result)"""
    return page.evaluate(script)


def log_in(page: Page, base: str, database: str, login: str) -> None:
    """Begin a session; demo users have their login as the password."""
    page.go(f"{base}/web/login")
    page.wait("document.readyState === 'complete'")
    page.call("Network.clearBrowserCookies")
    credentials = json.dumps({"params": {"db": database, "login": login, "password": login}})
    page.evaluate(
        f"""fetch('/web/session/authenticate', {{method: 'POST', headers: {{'Content-Type': 'application/json'}},
        body: {json.dumps(credentials)}}}).then(answer => answer.json())"""
    )


def show(page: Page, base: str, screen: dict[str, Any]) -> bool:
    """Open a screen and press what has to be pressed; False when what it waits for never came."""
    page.go(f"{base}/web/health")  # an empty page of the same origin, to call Odoo from
    page.wait("document.readyState === 'complete' && location.protocol === 'http:'")
    fragment = f"action={screen['action']}"
    record = screen.get("record")
    if isinstance(record, str):
        _model, number = rpc(page, "ir.model.data", "check_object_reference", *record.split(".", 1))
        fragment += f"&id={number}&view_type=form"
    elif record:
        [number] = rpc(page, record["model"], "search", record["domain"], 0, 1)
        fragment += f"&id={number}&model={record['model']}&view_type=form"
    elif "view" in screen:
        fragment += f"&view_type={screen['view']}"
    page.go(f"{base}/web#{fragment}")
    seen = page.wait(_READY)
    for selector in screen.get("click", []):
        target = f"document.querySelector({json.dumps(selector)})"
        seen = seen and page.wait(target)
        page.evaluate(f"{target}?.click()")
        time.sleep(0.5)
    if "wait" in screen:
        seen = seen and page.wait(f"document.querySelector({json.dumps(screen['wait'])})")
    time.sleep(1)  # pictures and animations, not a condition of anything
    return seen


def main(base: str, database: str, folder: str) -> int:
    """Take every screen; name those that did not appear."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    missing = []
    with tempfile.TemporaryDirectory() as profile:
        browser = subprocess.Popen(
            [
                "google-chrome",
                "--no-sandbox",
                "--remote-debugging-port=0",
                f"--user-data-dir={profile}",
                f"--window-size={WIDTH},{HEIGHT}",
                "--lang=ru",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LANG": "ru_RU.UTF-8"},
        )
        try:
            devtools = _devtools(Path(profile))
            user = ""
            for screen in json.load(sys.stdin):
                page = new_tab(devtools)  # an own tab each: a form asks before it is left, and nobody answers
                wanted = screen.get("login", "admin")
                if wanted != user:
                    user = wanted
                    log_in(page, base, database, user)
                seen = show(page, base, screen)
                page.save(target / f"{screen['name']}.png")
                print(f"{'ok     ' if seen else 'MISSING'}  docs/img/{screen['name']}.png", flush=True)
                if not seen:
                    missing.append(screen["name"])
        finally:
            browser.terminate()
            browser.wait(timeout=20)
    return 1 if missing else 0


def new_tab(devtools: str) -> Page:
    """Open a tab that believes to be in Moscow."""
    request = urllib.request.Request(f"{devtools}/json/new?about:blank", method="PUT")
    with urllib.request.urlopen(request) as answer:
        page = Page(json.load(answer)["webSocketDebuggerUrl"])
    page.call("Page.enable")
    page.call("Emulation.setTimezoneOverride", timezoneId="Europe/Moscow")
    return page


def _devtools(profile: Path) -> str:
    deadline = time.monotonic() + LIMIT_S
    while time.monotonic() < deadline:
        port_file = profile / "DevToolsActivePort"
        if port_file.is_file() and port_file.read_text().strip():
            return f"http://127.0.0.1:{port_file.read_text().split()[0]}"
        time.sleep(0.2)
    raise SystemExit("the browser did not start")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

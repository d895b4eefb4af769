"""What a browser needs to be kept honest: host allow-list, same origin, session cookie, security headers.

A foreign page can make a cashier's browser send requests to 127.0.0.1. Against a name that is re-bound to
loopback stands the list of hosts; against a forged form or fetch with our cookie stands the Origin.
"""

import hmac
import ipaddress
from urllib.parse import urlsplit

PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def host_name(host: str) -> str:
    """The name in a Host header, lower case, without port and brackets; empty if it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_loopback(address: str | None) -> bool:
    """Whether a peer's address is this machine."""
    try:
        return ipaddress.ip_address((address or "").split("%")[0]).is_loopback
    except ValueError:
        return False


class Hosts:
    """The names under which this till may be addressed: loopback and the configured host."""

    def __init__(self, configured: str) -> None:
        self._names = {"localhost", "127.0.0.1", "::1", configured.lower()} - {"", "0.0.0.0", "::"}  # noqa: S104  # removed, not bound
        self._any_address = configured in {"0.0.0.0", "::"}  # noqa: S104  # compared, not bound

    def allow(self, host: str) -> bool:
        """Whether a Host header names us. Bound to all addresses, any literal address may be meant, but no name."""
        name = host_name(host)
        return name in self._names or (self._any_address and _is_address(name))


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def same_origin(origin: str | None, host: str) -> bool:
    """Whether a request with a cookie was sent by our own page."""
    return origin is not None and origin.lower() == f"http://{host.lower()}"


class Session:
    """The one session of the local screen: its secret lives as long as the process.

    Cookies know no ports: the name holds the till, so that tills of one machine keep apart.
    """

    def __init__(self, till: str, secret: str) -> None:
        self.cookie = f"session_{till}"
        self.secret = secret

    def knows(self, cookie: str | None) -> bool:
        return cookie is not None and hmac.compare_digest(
            cookie.encode("utf-8", "surrogateescape"), self.secret.encode()
        )

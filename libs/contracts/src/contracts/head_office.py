"""Head office's word on itself, in the KV bucket that every till mirrors."""

import msgspec

from contracts.codec import Undecodable, decode

CATALOG_STREAM = "KV_catalog"
ODOO_STATUS_SUBJECT = "$KV.catalog.status.odoo"


class OdooStatus(msgspec.Struct, frozen=True, kw_only=True, tag="status.odoo"):
    """odoo-bridge's word, put every 30 s: whether it can book into Odoo now; `cause` in Russian when it cannot."""

    up: bool
    at_ms: int
    cause: str = ""


def read_odoo_status(payload: bytes) -> OdooStatus | None:
    """The value of the key; None when it is deleted or of another form."""
    try:
        return decode(payload, OdooStatus)
    except Undecodable:
        return None

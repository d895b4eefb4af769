"""What the operator keeps for ever: one JSON line each in the archive."""

import msgspec


class Document(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="document"):
    """A fiscal document the operator accepted. `raw` is the whole session message as it came, hex."""

    fn: str
    fd: int
    form: int  # document code: 3 = receipt
    total: int  # kopecks, tag 1020; 0 where the document has no total
    received_at: str  # ISO 8601 with the offset
    message_flags: int = 0  # tag 1206 of the acknowledgement
    raw: str


class Violation(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="violation"):
    """A message that a correct sender would not have sent; `fn` and `fd` as far as they could be read."""

    rule: str
    detail: str
    fn: str | None = None
    fd: int | None = None
    received_at: str
    raw: str


Record = Document | Violation

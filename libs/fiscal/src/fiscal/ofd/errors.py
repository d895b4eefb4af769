"""Why bytes are no message: wait for more, drop the connection, or show a person."""

from fiscal.errors import FiscalError


class OfdError(FiscalError):
    """Bytes are not a message of the KKT-OFD protocol."""


class IncompleteMessage(OfdError):
    """The bytes so far are a good beginning: read on until `wanted` are there."""

    def __init__(self, wanted: int, present: int) -> None:
        super().__init__(f"{present} bytes of {wanted}")
        self.wanted = wanted
        self.present = present


class BadHeader(OfdError):
    """A header cannot be one whatever follows: close the connection."""


class BadChecksum(OfdError):
    """A checksum is wrong: the bytes were changed on the way."""

    def __init__(self, layer: str, written: int, computed: int) -> None:
        super().__init__(f"{layer} CRC is {written:04X}, computed {computed:04X}")
        self.written = written
        self.computed = computed


class ForeignPayload(OfdError):
    """The payload is no clear-text document: encrypted, or made by something else."""


class ContradictoryMessage(OfdError):
    """Two layers of one message name different documents."""

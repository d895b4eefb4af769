"""The shared encoders and decoders: JSON that people read with the `nats` CLI."""

from typing import TypeVar

import msgspec

_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[object, msgspec.json.Decoder[object]] = {}

T = TypeVar("T")


class Undecodable(ValueError):
    """The bytes are not a message of the expected type; holds the type and the reason."""


def encode(message: msgspec.Struct) -> bytes:
    """JSON of a message."""
    return _ENCODER.encode(message)


def decode(payload: bytes, expected: type[T]) -> T:
    """A message of the expected type; unknown fields are skipped, so old readers survive. Undecodable otherwise."""
    decoder = _DECODERS.get(expected)
    if decoder is None:
        decoder = _DECODERS[expected] = msgspec.json.Decoder(expected)
    try:
        return decoder.decode(payload)  # type: ignore[return-value]  # the decoder of `expected` returns `expected`
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Undecodable(f"not a {getattr(expected, '__name__', expected)}: {error}") from error

"""How a person's words and a product's meet: case, ё and punctuation do not matter. Pure."""

import re
import unicodedata
from typing import Final

from contracts.commands import Product

_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
MAX_WORDS: Final = 8


def fold(text: str) -> str:
    """Lower case, composed, ё as е."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def words(text: str) -> list[str]:
    """The words of a text, folded, without punctuation; `RX-7047` is `rx` and `7047`."""
    return _WORD.findall(fold(text))


def indexed(product: Product) -> str:
    """What the full-text index holds of a product."""
    return " ".join(words(f"{product.name} {product.sku} {product.category} {product.ean}"))


def match_expression(text: str) -> str:
    """The FTS5 query: every word a prefix, in any order; empty when there is no word. Words hold no syntax."""
    return " ".join(f'"{word}"*' for word in words(text)[:MAX_WORDS])

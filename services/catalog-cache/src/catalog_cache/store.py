"""`catalog.db`: products and their full-text index, replaced as a whole in one transaction."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

import aiosqlite

from actor.db import open_database, transaction
from catalog_cache.words import fold, indexed, match_expression
from contracts.commands import Product

MIGRATIONS: Final = (
    """
    CREATE TABLE products (
        id INTEGER PRIMARY KEY,
        sku TEXT NOT NULL,
        sku_key TEXT NOT NULL UNIQUE,
        ean TEXT NOT NULL,
        name TEXT NOT NULL,
        price INTEGER NOT NULL CHECK (price >= 0),  -- kopecks
        vat INTEGER NOT NULL,  -- tag 1199
        subject INTEGER NOT NULL,  -- tag 1212
        category TEXT NOT NULL,
        stock INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX products_ean ON products (ean) WHERE ean <> '';
    CREATE VIRTUAL TABLE product_words USING fts5 (
        text, content = '', prefix = '2 3', tokenize = 'unicode61 remove_diacritics 0'
    );
    CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    """,
)

_EXACT: Final = "SELECT * FROM products WHERE ean = ? OR sku_key = ? ORDER BY ean = ? DESC LIMIT ?"
_WORDS: Final = (
    "SELECT p.* FROM product_words w JOIN products p ON p.id = w.rowid "
    "WHERE w.text MATCH ? ORDER BY bm25(product_words), p.id LIMIT ?"
)
_FIRST: Final = "SELECT * FROM products ORDER BY id LIMIT ?"
_HASH: Final = "base_hash"


class Store:
    """The catalog on disk. Close it, or the process hangs."""

    def __init__(self, conn: aiosqlite.Connection) -> None:
        self._conn = conn

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open or create `path`."""
        return cls(await open_database(path, MIGRATIONS))

    async def close(self) -> None:
        await self._conn.close()

    async def loaded_hash(self) -> str:
        """Hash of the base layer that is loaded; empty when none is."""
        async with self._conn.execute("SELECT value FROM facts WHERE name = ?", (_HASH,)) as cursor:
            row = await cursor.fetchone()
        return str(row[0]) if row else ""

    async def count(self) -> int:
        """How many products are known."""
        async with self._conn.execute("SELECT count(*) FROM products") as cursor:
            row = await cursor.fetchone()
        return int(row[0]) if row else 0

    async def replace(self, products: Sequence[Product], content_hash: str) -> None:
        """Make these the whole catalog, or change nothing."""
        async with transaction(self._conn) as conn:
            await conn.execute("DELETE FROM products")
            await conn.execute("INSERT INTO product_words (product_words) VALUES ('delete-all')")
            await conn.executemany(
                "INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(number, *_row(product)) for number, product in enumerate(products, start=1)],
            )
            await conn.executemany(
                "INSERT INTO product_words (rowid, text) VALUES (?, ?)",
                [(number, indexed(product)) for number, product in enumerate(products, start=1)],
            )
            await conn.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (_HASH, content_hash))

    async def search(self, text: str, limit: int) -> list[Product]:
        """An exact SKU or EAN alone, else products with all the words; the first ones for no text."""
        text = text.strip()
        if not text:
            return await self._products(_FIRST, (limit,))
        exact = await self._products(_EXACT, (text, fold(text), text, limit))
        if exact:
            return exact
        expression = match_expression(text)
        return await self._products(_WORDS, (expression, limit)) if expression else []

    async def _products(self, query: str, values: Iterable[object]) -> list[Product]:
        async with self._conn.execute(query, tuple(values)) as cursor:
            return [_product(row) for row in await cursor.fetchall()]


def _row(product: Product) -> tuple[object, ...]:
    return (
        product.sku, fold(product.sku), product.ean, product.name, product.price, product.vat, product.subject,
        product.category, product.stock,
    )  # fmt: skip


def _product(row: aiosqlite.Row) -> Product:
    _, sku, _, ean, name, price, vat, subject, category, stock = row
    return Product(
        sku=sku, ean=ean, name=name, price=price, vat=vat, subject=subject, category=category, stock=stock
    )

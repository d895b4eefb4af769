"""The catalog on disk: what is found, and that a replacement is whole."""

import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actor.health import Health, Status
from catalog_cache.load import load_base
from catalog_cache.store import Store
from catalog_cache.words import words
from contracts.commands import Product
from fiscal.money import Kopecks


def product(sku: str, name: str, ean: str = "", category: str = "") -> Product:
    return Product(sku=sku, ean=ean, name=name, price=Kopecks(100), vat=6, category=category)


GOODS = [
    product("FR-0012", "Оправа Ray-Ban RX7047 чёрная", "2000000010151", "Оправы"),
    product("FR-0013", "Оправа Ray-Ban RX5228 зелёная", "2000000010229", "Оправы"),
    product("SG-0001", "Очки солнцезащитные Ray-Ban RB3025", "2000000010366", "Солнцезащитные очки"),
    product("CL-0001", "Линзы контактные Acuvue -1,00"),
    product("CL-0002", "Линзы контактные Acuvue -1,50"),
    product("SV-0001", 'Ремонт: "винт" AND (пайка)*'),
]


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await Store.open(tmp_path / "catalog.db")
    await opened.replace(GOODS, "1")
    yield opened
    await opened.close()


async def skus(store: Store, text: str, limit: int = 10) -> list[str]:
    return [found.sku for found in await store.search(text, limit)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000000010151", ["FR-0012"]),
        ("fr-0012", ["FR-0012"]),
        ("  FR-0012 ", ["FR-0012"]),
        ("черн", ["FR-0012"]),
        ("ЧЁРНАЯ", ["FR-0012"]),
        ("ЗЕЛЕН опр", ["FR-0013"]),
        ("ray ban rx", ["FR-0012", "FR-0013"]),
        ("RAY-BAN", ["FR-0012", "FR-0013", "SG-0001"]),
        ("20000000103", ["SG-0001"]),
        ("0013", ["FR-0013"]),
        ("acuvue 1,50", ["CL-0002"]),
        ("солнцезащитные rb", ["SG-0001"]),
        ('"винт', ["SV-0001"]),
        ("пайка)* OR NOT", []),
        ("нет такого", []),
        ("***", []),
    ],
)
async def test_search_finds(store: Store, text: str, expected: list[str]) -> None:
    assert sorted(await skus(store, text)) == expected


async def test_no_text_shows_the_first_ones_and_the_limit_holds(store: Store) -> None:
    assert await skus(store, "", 2) == ["FR-0012", "FR-0013"]
    assert len(await skus(store, "ray", 1)) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
async def test_no_text_breaks_the_search(store: Store, text: str) -> None:
    found = await store.search(text, 5)
    assert len(found) <= 5
    for word in words(text)[:8]:
        assert all(word in " ".join(words(f"{p.name} {p.sku} {p.category} {p.ean}")) for p in found)


async def test_a_replacement_is_whole_or_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await store.replace([product("A-1", "Новый"), product("a-1", "Он же")], "2")
    assert (await store.count(), await store.loaded_hash()) == (len(GOODS), "1")
    assert await skus(store, "черн") == ["FR-0012"]
    await store.replace([product("A-1", "Новый")], "2")
    assert (await store.count(), await store.loaded_hash()) == (1, "2")
    assert await skus(store, "черн") == []
    assert await skus(store, "новый") == ["A-1"]


HEADER = "sku,ean,name,price,vat,subject,category,stock\n"


async def test_the_base_layer_is_loaded_once_and_again_when_it_changed(store: Store, tmp_path: Path) -> None:
    base, health = tmp_path / "base.csv", Health()
    base.write_text(HEADER + "A-1,,Футляр,490,22%,1,,\nA-2,,Плохой,x,22%,1,,\n")
    await load_base(store, str(base), health)
    assert await skus(store, "футляр") == ["A-1"]
    assert (health.status, await store.count()) == (Status.DEGRADED, 1)
    await store.replace(GOODS, await store.loaded_hash())
    await load_base(store, str(base), health)
    assert await store.count() == len(GOODS)
    base.write_text(HEADER + "A-2,,Чехол,490,22%,1,,\n")
    await load_base(store, str(base), health)
    assert (await skus(store, "чехол"), health.status) == (["A-2"], Status.OK)


@pytest.mark.parametrize("content", [None, b"\xff", b"sku\n", HEADER.encode()])
async def test_a_broken_base_layer_leaves_the_catalog_as_it_was(
    store: Store, tmp_path: Path, content: bytes | None
) -> None:
    base, health = tmp_path / "base.csv", Health()
    if content is not None:
        base.write_bytes(content)
    await load_base(store, str(base), health)
    assert (await store.count(), health.status) == (len(GOODS), Status.DEGRADED)


async def test_without_a_base_layer_nothing_is_touched(store: Store) -> None:
    health = Health()
    await load_base(store, "", health)
    assert (await store.count(), health.status) == (len(GOODS), Status.OK)

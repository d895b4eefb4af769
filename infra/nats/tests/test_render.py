"""The configuration as text; the real server judges it in the other tests."""

from pathlib import Path

import pytest

from contracts.settings import GatewaySection, KktSection, NatsSection, OfdSection, TillSection, TillSettings
from till_nats.keys import ensure_keys
from till_nats.render import LeafSettings, leaf_settings, render, user_names

GOLDEN = Path(__file__).parent / "golden" / "leaf.conf"
SETTINGS = TillSettings(
    till=TillSection(id="till-001", data="/var/lib/opticserp"),
    nats=NatsSection(keys="/etc/opticserp/keys"),
    kkt=KktSection(uri="shtrih+tcp://127.0.0.1:7778"),
    ofd=OfdSection(host="127.0.0.1", port=7790),
    gateway=GatewaySection(tokens="/etc/opticserp/tokens.json"),
)


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    """Keys of fixed seeds, so that the file is the same each time."""
    names = user_names("till-001")
    bytes_of = {name: bytes([number + 1]) * 32 for number, name in enumerate(names)}
    return {
        name: ensure_keys(tmp_path / "keys", [name], entropy=lambda _, name=name: bytes_of[name])[name]
        for name in names
    }


def test_the_file_is_what_people_reviewed(keys: dict[str, str]) -> None:
    assert render(leaf_settings(SETTINGS), keys) == GOLDEN.read_text()


def test_no_seed_is_in_the_file(tmp_path: Path, keys: dict[str, str]) -> None:
    text = render(leaf_settings(SETTINGS), keys)
    seeds = [path.read_text().strip() for path in (tmp_path / "keys").iterdir()]
    assert len(seeds) == len(keys)
    assert not [seed for seed in seeds if seed in text]


def test_the_link_to_the_hub_is_there_only_when_it_is_named(keys: dict[str, str]) -> None:
    alone = leaf_settings(SETTINGS)
    linked = LeafSettings(
        **{**{f: getattr(alone, f) for f in alone.__struct_fields__}, "hub_urls": ("nats-leaf://a:7422",)}
    )
    assert "leafnodes" not in render(alone, keys)
    assert 'urls: ["nats-leaf://a:7422"]' in render(linked, keys)
    assert "ignore_discovered_servers: true" in render(linked, keys)


def test_a_user_without_a_key_is_an_error(keys: dict[str, str]) -> None:
    del keys["integrator"]
    with pytest.raises(KeyError, match="integrator"):
        render(leaf_settings(SETTINGS), keys)

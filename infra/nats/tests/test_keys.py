"""Seeds are made once, kept, and readable by their owner only."""

import os
import stat
from pathlib import Path

import nkeys
import pytest

from till_nats.errors import KeyDamaged
from till_nats.keys import ensure_keys, seed_path


def test_a_seed_is_made_once_and_kept(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = ensure_keys(folder, ["buffer-actor", "sys"])
    more = ensure_keys(folder, ["buffer-actor", "sys", "integrator"])
    assert {name: more[name] for name in first} == first
    assert len(set(more.values())) == 3
    assert all(key.startswith("U") for key in more.values())
    assert sorted(file.name for file in folder.iterdir()) == ["buffer-actor.nk", "integrator.nk", "sys.nk"]


def test_folder_and_files_are_the_owners_alone_even_if_they_were_not(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    ensure_keys(folder, ["sys"])
    folder.chmod(0o755)
    seed_path(folder, "sys").chmod(0o644)
    ensure_keys(folder, ["sys"])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(seed_path(folder, "sys").stat().st_mode) == 0o600


def test_equal_entropy_gives_equal_keys(tmp_path: Path) -> None:
    one = ensure_keys(tmp_path / "one", ["sys"], entropy=lambda count: b"\x07" * count)
    two = ensure_keys(tmp_path / "two", ["sys"], entropy=lambda count: b"\x07" * count)
    assert one == two


@pytest.mark.parametrize("content", [b"", b"not a seed", b"SUAAAA"])
def test_a_damaged_seed_is_named_and_its_bytes_are_not_shown(tmp_path: Path, content: bytes) -> None:
    seed_path(tmp_path, "sys").write_bytes(content)
    with pytest.raises(KeyDamaged, match=r"sys\.nk") as raised:
        ensure_keys(tmp_path, ["sys"])
    assert not content or content.decode() not in str(raised.value)


def test_the_seed_of_an_account_is_no_users_key(tmp_path: Path) -> None:
    seed_path(tmp_path, "sys").write_bytes(nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_ACCOUNT))
    with pytest.raises(KeyDamaged, match="another kind"):
        ensure_keys(tmp_path, ["sys"])

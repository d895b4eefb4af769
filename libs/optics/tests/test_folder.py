"""What a stack finds in its folder, and keeps there."""

import json
import stat
from pathlib import Path

from actor.config import load
from contracts.settings import TillSettings
from optics.folder import ROLES, ensure_tokens, stack_settings, to_toml, write_leaf, write_till
from optics.ports import Ports


def test_the_written_settings_read_back_as_they_were(tmp_path: Path) -> None:
    settings = stack_settings(tmp_path, Ports(), screen_role="cashier")
    write_till(tmp_path, settings)
    assert load(tmp_path / "till.toml", TillSettings) == settings


def test_texts_survive_toml_whatever_is_in_them(tmp_path: Path) -> None:
    settings = stack_settings(tmp_path / 'о"\\ч\tки', Ports())
    (tmp_path / "till.toml").write_text(to_toml(settings), encoding="utf-8")
    assert load(tmp_path / "till.toml", TillSettings) == settings


def test_tokens_are_random_kept_and_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    tokens = ensure_tokens(path)
    assert tuple(tokens) == ROLES
    assert len(set(tokens.values())) == len(ROLES)
    assert ensure_tokens(path) == tokens == json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_role_that_is_new_gets_a_token_and_the_others_keep_theirs(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps({"cashier": "known"}))
    tokens = ensure_tokens(path, new_token=lambda: "new")
    assert tokens == {"cashier": "known", "manager": "new", "accountant": "new", "admin": "new"}


def test_the_servers_configuration_changes_only_when_something_has(tmp_path: Path) -> None:
    settings = stack_settings(tmp_path, Ports())
    assert write_leaf(tmp_path / "leaf.conf", settings)
    assert not write_leaf(tmp_path / "leaf.conf", settings)
    assert write_leaf(tmp_path / "leaf.conf", stack_settings(tmp_path, Ports(nats=4999)))

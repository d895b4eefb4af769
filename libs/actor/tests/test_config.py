"""load: one Struct, all mistakes at once, secrets by their place."""

from pathlib import Path

import msgspec
import pytest

from actor.config import ConfigError, Secret, load
from contracts.settings import TillSettings


class Nats(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    seed: Secret | None = None


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    host: str
    port: int = 80


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    till: str
    data: Path
    nats: Nats
    patience_s: float = 5.0
    probes: list[Probe] = []
    limits: dict[str, Probe] = {}
    extra: Probe | None = None

    def __post_init__(self) -> None:
        if self.patience_s > 60:
            raise ValueError("patience_s is over a minute")


GOOD = """
till = "till-001"
data = "data"
nats = { url = "nats://127.0.0.1:4222", seed = "env:SEED" }
probes = [{ host = "a" }, { host = "b", port = 8080 }]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "till.toml"


def problems(file: Path, text: str, **environ: str) -> list[str]:
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load(file, Settings, environ=environ)
    assert caught.value.exit_code == 78
    return caught.value.problems


def test_a_good_file_becomes_the_struct(file: Path) -> None:
    file.write_text(GOOD)
    settings = load(file, Settings, environ={"SEED": "SUAM"})
    assert (settings.till, settings.patience_s) == ("till-001", 5.0)
    assert settings.probes == [Probe(host="a"), Probe(host="b", port=8080)]
    assert settings.data == file.parent / "data"
    assert settings.nats.seed is not None
    assert settings.nats.seed.reveal() == "SUAM"


def test_a_secret_is_never_shown(file: Path) -> None:
    file.write_text(GOOD)
    assert "SUAM" not in repr(load(file, Settings, environ={"SEED": "SUAM"}))


def test_a_secret_may_be_in_a_file_beside(file: Path) -> None:
    (file.parent / "seed.nk").write_text("SUAM\n")
    file.write_text(GOOD.replace("env:SEED", "file:seed.nk"))
    settings = load(file, Settings, environ={})
    assert settings.nats.seed is not None
    assert settings.nats.seed.reveal() == "SUAM"


def test_all_mistakes_are_told_together_with_their_paths(file: Path) -> None:
    found = problems(
        file,
        """
        till = 7
        patience = 3
        probes = [{ host = "a", port = "x" }, { port = 1 }]
        limits = { cpu = { hots = "a" } }
        extra = { host = 1 }
        nats = { seed = "env:SEED" }
        """,
    )
    assert found == [
        "patience: no such setting (known: data, extra, limits, nats, patience_s, probes, till)",
        "till: Expected `str`, got `int`",
        "data: is missing",
        "nats.url: is missing",
        "nats.seed: environment variable SEED is not set",
        "probes[0].port: Expected `int`, got `str`",
        "probes[1].host: is missing",
        "limits.cpu.hots: no such setting (known: host, port)",
        "limits.cpu.host: is missing",
        "extra.host: Expected `str`, got `int`",
    ]


def test_the_text_of_the_error_names_the_file_and_every_problem(file: Path) -> None:
    file.write_text("till = 1")
    with pytest.raises(ConfigError) as caught:
        load(file, Settings)
    assert str(file) in caught.value.text
    assert all(problem in caught.value.text for problem in caught.value.problems)


@pytest.mark.parametrize(
    ("seed", "problem"),
    [
        ("SUAMLK", "a secret is named by env:NAME or file:path, its value is not written here"),
        ("file:absent.nk", "absent.nk cannot be read: No such file or directory"),
        ("env:EMPTY", "environment variable EMPTY is not set"),
    ],
)
def test_a_wrong_secret_is_told_without_its_value(file: Path, seed: str, problem: str) -> None:
    assert problems(file, GOOD.replace("env:SEED", seed), EMPTY="") == [f"nats.seed: {problem}"]


def test_a_rule_over_several_fields_is_told_too(file: Path) -> None:
    found = problems(file, "patience_s = 61.0\n" + GOOD, SEED="x")
    assert found == ["patience_s is over a minute"]


@pytest.mark.parametrize(
    ("text", "word"), [("till = ", "not TOML"), ("nats = 1\ntill = 'a'\ndata = 'b'", "nats: ")]
)
def test_what_is_no_table_is_told(file: Path, text: str, word: str) -> None:
    assert problems(file, text)[0].startswith(word)


def test_a_missing_file_is_a_config_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(tmp_path / "absent.toml", Settings)


def test_the_settings_of_a_till_are_read(file: Path) -> None:
    file.write_text(
        """
        [till]
        id = "till-001"
        data = "data"
        [nats]
        keys = "keys"
        [kkt]
        uri = "shtrih+tcp://127.0.0.1:7778"
        [ofd]
        host = "127.0.0.1"
        port = 7790
        [gateway]
        tokens = "tokens.json"
        """
    )
    assert load(file, TillSettings).buffer.capacity == 200

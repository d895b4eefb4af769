"""NKey seeds of the till's NATS users: made once, kept afterwards, never shown; only public keys leave this module."""

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import nkeys

from till_nats.errors import KeyDamaged

SYSTEM_USER: Final = "sys"
"""The server's own account: monitoring by people, never used by a service."""

SEED_BYTES: Final = 32


def seed_path(folder: Path, user: str) -> Path:
    """Where the seed of `user` lies."""
    return folder / f"{user}.nk"


def ensure_keys(
    folder: Path, users: Iterable[str], *, entropy: Callable[[int], bytes] = os.urandom
) -> dict[str, str]:
    """Make the missing seeds (folder 0700, files 0600) and return user → public key; KeyDamaged, OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    return {user: _ensure_key(seed_path(folder, user), entropy) for user in users}


def _ensure_key(path: Path, entropy: Callable[[int], bytes]) -> str:
    if not path.exists():
        _store(path, nkeys.encode_seed(entropy(SEED_BYTES), nkeys.PREFIX_BYTE_USER))
    path.chmod(0o600)
    return _public_key(path)


def _store(path: Path, seed: bytes) -> None:
    """Whole or not at all, and never over a seed that somebody else has just made."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seed + b"\n")
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(unfinished, path)
    unfinished.unlink()


def _public_key(path: Path) -> str:
    try:
        pair = nkeys.from_seed(bytearray(path.read_bytes().strip()))
        public = bytes(pair.public_key).decode()
    except (nkeys.NkeysError, ValueError) as error:  # base64 errors are ValueErrors
        raise KeyDamaged(f"{path} is no NKey seed: {type(error).__name__}") from None
    pair.wipe()
    if not public.startswith("U"):
        raise KeyDamaged(f"{path} is the seed of another kind of key than a user's")
    return public

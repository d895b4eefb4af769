"""Free ports, taken ports and their holders."""

import os
import socket
import sys
from collections.abc import Iterator

import pytest

from optics.ports import FREE_RANGE, Ports, can_listen, free_ports, holders


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_taken_port_is_named_with_its_holder(listener: int) -> None:
    [holder] = holders([listener, free_ports().kkt])
    assert (holder.port, holder.pid) == (listener, os.getpid())
    assert os.path.basename(sys.executable) in holder.command or "pytest" in holder.command
    assert str(listener) in str(holder)
    assert str(os.getpid()) in str(holder)


def test_free_ports_are_different_free_and_outside_the_kernels_usual_range(listener: int) -> None:
    ports = free_ports().all()
    assert len(set(ports)) == len(Ports.__struct_fields__)
    assert all(can_listen(port) for port in ports)
    assert listener not in ports
    assert all(port in FREE_RANGE for port in ports)


def test_nobody_holds_a_free_port() -> None:
    assert holders(free_ports().all()) == ()

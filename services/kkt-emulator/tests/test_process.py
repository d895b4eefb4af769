"""The emulator as a process: real TCP, a real pty, real kills."""

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import threading
import tty
import urllib.error
import urllib.request

import pytest

from fiscal.kkt import printing, sale, service, storage
from fiscal.kkt.command import Authorised
from fiscal.kkt.commands import encode_request, parse_reply
from fiscal.kkt.errors import Rejected
from fiscal.kkt.frame import ACK, ENQ, NAK, Control, Decoder, Frame, encode_frame
from fiscal.tlv import parse_member

HANG_S = 20


class Lost(Exception):
    """The cable is cut or the device is silent."""


class Cable:
    """A blocking host on a file descriptor; knows just enough of the exchange."""

    def __init__(self, fd):
        self.fd, self.decoder, self.events = fd, Decoder(), []

    def next(self):
        while not self.events:
            readable, _, _ = select.select([self.fd], [], [], HANG_S)
            data = os.read(self.fd, 4096) if readable else b""
            if not data:
                raise Lost
            self.events += self.decoder.feed(data)
        return self.events.pop(0)

    def write(self, *data):
        os.write(self.fd, bytes(data))

    def do(self, command, request=None):
        try:
            return self.exchange(command, request or Authorised())
        except OSError as error:
            raise Lost from error

    def exchange(self, command, request):
        self.write(ENQ)
        while self.next() != Control(NAK):  # a pending answer: take it, ask again
            assert isinstance(self.next(), Frame)
            self.write(ACK, ENQ)
        self.write(*encode_frame(encode_request(command, request)))
        assert self.next() == Control(ACK)
        answer = self.next()
        assert isinstance(answer, Frame)
        self.write(ACK)
        return parse_reply(command, answer.data)


class Emulator:
    """A process with its data folder; `kill` is -9."""

    def __init__(self, folder, *options):
        self.folder, self.options = folder, options
        self.start()

    def start(self):
        command = [sys.executable, "-m", "kkt_emulator", "--port", "0", "--control-port", "0"]
        self.process = subprocess.Popen(
            [*command, "--data", str(self.folder), *self.options], stdout=subprocess.PIPE, text=True
        )
        self.ready = self.process.stdout.readline()
        self.port, self.control = (int(n) for n in re.findall(r"(?:port|control)=(\d+)", self.ready))

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), HANG_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(True)
        return Cable(self.socket.fileno())

    def http(self, method, path, body=None):
        url = f"http://127.0.0.1:{self.control}{path}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, method=method)
        with urllib.request.urlopen(request, timeout=HANG_S) as answer:
            return answer.read()

    def documents(self):
        return json.loads(self.http("GET", "/documents"))

    def kill(self):
        self.process.kill()
        self.process.wait(HANG_S)
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(HANG_S)
        self.process.stdout.close()
        return code


@pytest.fixture
def emulator(tmp_path):
    made = Emulator(tmp_path / "kkt")
    yield made
    if made.process.poll() is None:
        made.kill()


def sell(cable, price):
    cable.do(sale.OPEN_RECEIPT, sale.OpenReceiptRequest(kind=0))
    cable.do(
        sale.OPERATION,
        sale.OperationRequest(
            operation=1, quantity=1_000_000, price=price, tax=8, method=4, subject=1, name="Линзы"
        ),
    )
    return cable.do(sale.CLOSE_RECEIPT, sale.CloseReceiptRequest(payments=(price,), tax_system=1))


def test_a_sale_over_tcp_is_seen_at_the_control_port(emulator):
    cable = emulator.connect()
    cable.do(sale.OPEN_SHIFT)
    reply = sell(cable, 12_345)
    seen = emulator.documents()[-1]
    assert (seen["fd"], seen["form"], seen["total"], seen["fpd"]) == (3, 3, 12_345, reply.fpd)
    assert (seen["at"], seen["shift"], seen["number"]) == (reply.at.isoformat(), 1, 1)
    assert not seen["delivered"]
    assert parse_member(bytes.fromhex(seen["tlv"]))[0].tag == 3
    assert f"&s=123.45&fn={cable.do(storage.FN_NUMBER).fn}&i=3&fp={reply.fpd}&n=1" in seen["qr"]
    assert "Линзы" in emulator.http("GET", "/paper").decode()
    assert len(json.loads(emulator.http("GET", "/documents?after=2"))) == 1


def test_sigterm_ends_it_with_0_though_a_host_is_connected(emulator):
    emulator.connect().do(service.SHORT_STATUS)
    assert emulator.stop() == 0


def test_a_second_client_waits_until_the_first_has_gone(emulator):
    first = emulator.connect()
    first_socket = emulator.socket
    assert first.do(service.SHORT_STATUS).mode == 4
    second = emulator.connect()
    second.write(ENQ)
    assert not select.select([second.fd], [], [], 0.2)[0]
    first_socket.close()
    assert second.next() == Control(NAK)


def test_the_pty_is_the_same_device(tmp_path):
    emulator = Emulator(tmp_path / "kkt", "--pty", str(tmp_path / "tty"))
    for _ in range(2):  # a host may come back
        fd = os.open(tmp_path / "tty", os.O_RDWR | os.O_NOCTTY)
        tty.setraw(fd)
        assert Cable(fd).do(service.SHORT_STATUS).mode == 4
        os.close(fd)
    assert emulator.connect().do(service.SHORT_STATUS).mode == 4
    assert emulator.stop() == 0
    assert not (tmp_path / "tty").is_symlink()


@pytest.mark.parametrize("taken", ["port", "control", "folder"])
def test_what_is_taken_is_named_and_the_exit_code_is_2(emulator, tmp_path, taken):
    port = str(emulator.port if taken == "port" else 0)
    control = str(emulator.control if taken == "control" else 0)
    folder = emulator.folder if taken == "folder" else tmp_path / "other"
    command = [sys.executable, "-m", "kkt_emulator", "--port", port, "--control-port", control]
    run = subprocess.run([*command, "--data", str(folder)], capture_output=True, text=True, timeout=HANG_S)
    assert run.returncode == 2
    named = {"port": f"127.0.0.1:{port}", "control": f"127.0.0.1:{control}", "folder": str(folder)}[taken]
    assert named in run.stderr
    assert "Traceback" not in run.stderr


def test_the_control_port_refuses_what_it_does_not_know(emulator):
    for path, body in [
        ("/faults", {"hook": "nope"}),
        ("/reset", {"x": 1}),
        ("/faults", {"hook": "nak", "n": 0}),
    ]:
        with pytest.raises(urllib.error.HTTPError) as caught:
            emulator.http("POST", path, body)
        assert caught.value.code == 422
        assert json.load(caught.value)["error"]
    emulator.http("POST", "/faults", {"hook": "nak", "cmd": "10"})
    assert json.loads(emulator.http("GET", "/state"))["faults"][0]["hook"] == "nak"
    emulator.http("DELETE", "/faults")
    assert json.loads(emulator.http("GET", "/state"))["faults"] == []


def test_reset_puts_in_a_new_fn(emulator):
    before = json.loads(emulator.http("GET", "/state"))
    after = json.loads(emulator.http("POST", "/reset", {"autonomous": True}))
    assert after["fn"] != before["fn"]
    assert (after["last_fd"], after["queue"], after["autonomous"]) == (1, 0, True)


def test_kills_at_any_instant_lose_no_answered_receipt_and_double_none(emulator):
    """Whoever answered is in the FN once; whoever did not answer is there at most once."""
    answered = {}
    tried = 0
    for round_number in range(8):
        cable = emulator.connect()
        killer = threading.Timer(0.02 + 0.013 * round_number, emulator.process.kill)
        try:
            recover(cable)
            killer.start()
            while True:
                tried += 1
                answered[tried] = sell(cable, 1_000 + tried).fd
        except (Lost, Rejected, AssertionError):
            killer.cancel()
        emulator.socket.close()
        emulator.kill()
        emulator.start()
    documents = emulator.documents()
    assert [d["fd"] for d in documents] == list(range(1, len(documents) + 1))
    registered = {d["total"] - 1_000: d["fd"] for d in documents if d["form"] == 3}
    assert len(registered) == sum(d["form"] == 3 for d in documents)
    assert answered.items() <= registered.items()
    assert answered
    emulator.stop()


def recover(cable):
    """What a host does first: paper, then the open receipt, then the shift."""
    status = cable.do(service.SHORT_STATUS)
    if status.submode == 3:
        cable.do(printing.CONTINUE_PRINT)
    if status.mode == 8:
        cable.do(sale.CANCEL)
    if not cable.do(storage.SHIFT_STATE).open:
        cable.do(sale.OPEN_SHIFT)

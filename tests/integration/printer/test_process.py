"""The process: exit codes, its folder, its stop, its metrics."""

import asyncio
import signal

import aiohttp

from actor.errors import EXIT_CONFIG, EXIT_IN_USE
from actor.testing import free_port

STOP_S = 15.0  # it leaves by itself within 5 s; only a hang, or a machine far overloaded, takes longer


async def test_sigterm_at_rest_ends_at_once_with_zero(till) -> None:
    await till.start()
    async with asyncio.timeout(STOP_S):
        assert await till.actor.end(signal.SIGTERM) == 0


async def test_sigterm_while_the_device_is_silent_ends_in_time_with_zero(till) -> None:
    till.write_config(command_timeout_s=30.0)
    await till.start()
    await till.kkt.fault("slow", cmd="close_receipt", seconds=8.0)
    receipt_id = await till.accept()
    await till.kkt.hit()
    async with asyncio.timeout(STOP_S):
        assert await till.actor.end(signal.SIGTERM) == 0
    await till.kkt.kill()
    await till.kkt.start()
    await till.actor.start()
    await till.fiscalised(receipt_id)
    assert len(await till.kkt.documents()) == 1


async def test_a_second_copy_is_refused_the_folder(till) -> None:
    await till.start()
    second = type(till.actor)(
        "printer_actor", "--config", str(till.folder / "till.toml"), log=till.folder / "second.log"
    )
    await second.start()
    async with asyncio.timeout(10):
        assert await second.end(signal.SIGCONT) == EXIT_IN_USE
    await till.fiscalised(await till.accept())


async def test_a_wrong_address_of_the_kkt_is_a_wrong_configuration(till) -> None:
    till.write_config(uri="com1")
    await till.actor.start()
    async with asyncio.timeout(10):
        assert await till.actor.end(signal.SIGCONT) == EXIT_CONFIG
    assert "kkt.uri" in till.actor.output()


async def test_without_a_device_it_serves_and_says_so(till) -> None:
    await till.kkt.kill()
    await till.actor.start()
    await till.until(lambda: till.state is not None and till.state.link == "down")
    assert not (await till.printer_state()).settled


async def test_metrics_show_the_device(till) -> None:
    port = free_port()
    config = till.folder / "till.toml"
    config.write_text(config.read_text().replace("printer_actor = 0", f"printer_actor = {port}"))
    await till.start()
    await till.fiscalised(await till.accept())
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as answer:
        text = await answer.text()
    assert 'kkt_print_attempts_total{phase="registered",pos_id="till-001"} 1.0' in text.replace(
        'pos_id="till-001",phase="registered"', 'phase="registered",pos_id="till-001"'
    )
    assert "kkt_link_up" in text

"""Stop: asked once, waited for, raced against."""

import asyncio

import pytest

from actor import FatalError, Stop, StopRequested


async def test_the_first_reason_is_kept() -> None:
    stop = Stop()
    stop.request("SIGTERM")
    stop.request("SIGINT")
    await stop.wait()
    assert (stop.requested, stop.reason) == (True, "SIGTERM")


async def test_a_failure_stops_and_is_kept() -> None:
    stop = Stop()
    first = FatalError(69, "no server")
    stop.fail(first)
    stop.fail(FatalError(70, "later"))
    assert stop.requested
    assert stop.failure is first


async def test_sleep_ends_early_when_the_stop_comes() -> None:
    stop = Stop()
    asyncio.get_running_loop().call_later(0.01, stop.request, "now")
    assert await stop.sleep(60)


async def test_sleep_says_that_nobody_asked_to_stop() -> None:
    assert not await Stop().sleep(0.001)


async def test_race_gives_the_result_of_work_that_ends_first() -> None:
    async def work() -> int:
        return 7

    assert await Stop().race(work()) == 7


async def test_race_cancels_the_work_when_the_stop_comes_first() -> None:
    stop = Stop()
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    asyncio.get_running_loop().call_later(0.01, stop.request, "now")
    with pytest.raises(StopRequested, match="now"):
        await stop.race(work())
    assert cancelled.is_set()


async def test_race_raises_what_the_work_raises() -> None:
    async def work() -> None:
        raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        await Stop().race(work())

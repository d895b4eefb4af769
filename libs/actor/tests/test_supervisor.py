"""supervise: order, restarts, intensity, stopping in reverse."""

import asyncio
import json
from collections.abc import Callable
from io import StringIO

import pytest

from actor import Child, FatalError, GaveUp, Stop, log, supervise
from actor.testing import wait_until


@pytest.fixture
def story() -> list[str]:
    return []


@pytest.fixture
def logged() -> StringIO:
    stream = StringIO()
    log.configure("test", stream=stream)
    return stream


def steady(name: str, story: list[str], **options: object) -> Child:
    """A child that says when it starts and ends."""

    async def start(stop: Stop) -> None:
        story.append(f"{name} up")
        stop.ready()
        await stop.wait()
        story.append(f"{name} down")

    return Child(name=name, start=start, **options)  # type: ignore[arg-type]  # options of Child, handed through


def mortal(
    story: list[str], deaths: int, error: Callable[[], Exception] = lambda: ValueError("boom")
) -> Child:
    """A child that dies that many times, then lives."""
    left = [deaths]

    async def start(stop: Stop) -> None:
        story.append("mortal up")
        if left[0]:
            left[0] -= 1
            raise error()
        await stop.wait()

    return Child(name="mortal", start=start)


async def test_children_start_in_order_and_stop_in_reverse(story: list[str], stop: Stop) -> None:
    names = ["a", "b", "c"]
    task = asyncio.create_task(supervise([steady(n, story, signals_ready=True) for n in names], stop))
    await wait_until(lambda: len(story) == 3)
    stop.request("enough")
    await task
    assert story == ["a up", "b up", "c up", "c down", "b down", "a down"]


async def test_the_next_child_waits_until_the_one_before_is_ready(story: list[str], stop: Stop) -> None:
    may_be_ready = asyncio.Event()

    async def slow(stop: Stop) -> None:
        story.append("slow up")
        await may_be_ready.wait()
        stop.ready()
        await stop.wait()

    children = [Child(name="slow", start=slow, signals_ready=True), steady("next", story)]
    task = asyncio.create_task(supervise(children, stop))
    await wait_until(lambda: story == ["slow up"])
    await asyncio.sleep(0)
    assert story == ["slow up"]
    may_be_ready.set()
    await wait_until(lambda: story == ["slow up", "next up"])
    stop.request("enough")
    await task


async def test_the_supervisor_is_ready_when_its_children_are(story: list[str], stop: Stop) -> None:
    task = asyncio.create_task(supervise([steady("a", story, signals_ready=True)], stop))
    await stop.wait_ready()
    assert story == ["a up"]
    stop.request("enough")
    await task


async def test_a_stop_while_starting_starts_no_more(story: list[str], stop: Stop) -> None:
    async def never_ready(own: Stop) -> None:
        stop.request("changed my mind")
        await own.wait()

    await supervise([Child(name="a", start=never_ready, signals_ready=True), steady("b", story)], stop)
    assert story == []


async def test_a_dead_child_comes_back_and_its_traceback_is_logged_once(
    story: list[str], stop: Stop, logged: StringIO
) -> None:
    task = asyncio.create_task(supervise([mortal(story, 1)], stop))
    await wait_until(lambda: story == ["mortal up"] * 2)
    stop.request("enough")
    await task
    (line,) = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert (line["event"], line["child"]) == ("child_died", "mortal")
    assert "ValueError: boom" in line["exception"]


async def test_a_transient_child_that_ends_well_stays_ended(story: list[str], stop: Stop) -> None:
    async def once(_: Stop) -> None:
        story.append("once")

    await supervise([Child(name="once", start=once, restart="transient")], stop)
    assert story == ["once"]


async def test_a_transient_child_comes_back_after_an_error(
    story: list[str], stop: Stop, logged: StringIO
) -> None:
    async def twice(_: Stop) -> None:
        story.append("try")
        if len(story) == 1:
            raise ValueError("boom")

    await supervise([Child(name="twice", start=twice, restart="transient")], stop)
    assert story == ["try", "try"]
    assert "child_died" in logged.getvalue()


async def test_a_temporary_child_never_comes_back(story: list[str], stop: Stop, logged: StringIO) -> None:
    async def dies(_: Stop) -> None:
        story.append("try")
        raise ValueError("boom")

    await supervise([Child(name="dies", start=dies, restart="temporary")], stop)
    assert story == ["try"]
    assert "child_died" in logged.getvalue()


async def test_one_death_too_many_within_the_window_gives_up(
    story: list[str], stop: Stop, logged: StringIO
) -> None:
    with pytest.raises(GaveUp, match="mortal died again: 3 deaths within 30 s") as caught:
        await supervise([steady("a", story), mortal(story, 99)], stop, max_restarts=2)
    assert caught.value.exit_code == 70
    assert story.count("mortal up") == 3
    assert story[-1] == "a down"
    assert logged.getvalue().count("child_died") == 3


async def test_deaths_that_are_far_apart_do_not_add_up(
    story: list[str], stop: Stop, logged: StringIO
) -> None:
    seconds = iter(range(0, 1000, 31))
    children = [mortal(story, 6)]
    task = asyncio.create_task(
        supervise(children, stop, max_restarts=1, within_s=30, monotonic=lambda: float(next(seconds)))
    )
    await wait_until(lambda: len(story) == 7)
    stop.request("enough")
    await task
    assert logged.getvalue().count("child_died") == 6


async def test_a_fatal_error_is_not_restarted_and_ends_the_others(story: list[str], stop: Stop) -> None:
    with pytest.raises(FatalError, match="no key"):
        await supervise([steady("a", story), mortal(story, 1, lambda: FatalError(69, "no key"))], stop)
    assert story == ["a up", "mortal up", "a down"]


async def test_a_child_that_overstays_its_stop_timeout_is_cancelled(
    story: list[str], stop: Stop, logged: StringIO
) -> None:
    async def stubborn(own: Stop) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            story.append("cancelled")

    child = Child(name="stubborn", start=stubborn, stop_timeout_s=0.05)
    task = asyncio.create_task(supervise([child], stop))
    await stop.wait_ready()
    await asyncio.sleep(0)
    stop.request("enough")
    await task
    assert story == ["cancelled"]
    assert "child_stop_overdue" in logged.getvalue()


async def test_cancelling_the_supervisor_cancels_its_children(story: list[str], stop: Stop) -> None:
    async def stubborn(own: Stop) -> None:
        own.ready()
        try:
            await asyncio.Event().wait()
        finally:
            story.append("cancelled")

    child = Child(name="stubborn", start=stubborn, stop_timeout_s=60, signals_ready=True)
    task = asyncio.create_task(supervise([child], stop))
    await stop.wait_ready()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert story == ["cancelled"]


async def test_a_child_that_is_cancelled_from_within_comes_back(
    story: list[str], stop: Stop, logged: StringIO
) -> None:
    async def awaits_a_cancelled_one(own: Stop) -> None:
        story.append("up")
        if len(story) == 1:
            inner = asyncio.get_running_loop().create_future()
            inner.cancel()
            await inner
        await own.wait()

    task = asyncio.create_task(supervise([Child(name="a", start=awaits_a_cancelled_one)], stop))
    await wait_until(lambda: story == ["up", "up"])
    stop.request("enough")
    await task
    assert "cancelled from within" in logged.getvalue()

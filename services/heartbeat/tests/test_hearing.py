"""How long a word holds."""

from actor.testing import FakeClock
from contracts.head_office import OdooStatus
from heartbeat.hearing import HeadOfficeWord, Hearing
from heartbeat.probes import Word


def seconds(clock: FakeClock) -> float:
    return clock.now_ms() / 1000


def test_a_service_is_silent_after_its_patience_and_is_heard_again() -> None:
    clock = FakeClock()
    hearing: Hearing[str] = Hearing(lambda: seconds(clock), silence_s=15)
    assert (hearing.state, hearing.silent) == (None, False)
    clock.advance(15_001)
    assert (hearing.state, hearing.silent) == (None, True)
    hearing.hear("here")
    assert (hearing.state, hearing.silent) == ("here", False)
    clock.advance(15_000)
    assert hearing.state == "here"
    clock.advance(1)
    assert (hearing.state, hearing.silent) == (None, True)


def word(clock: FakeClock) -> HeadOfficeWord:
    return HeadOfficeWord(lambda: seconds(clock), clock.now_ms, fresh_s=90)


def status(at_ms: int, *, up: bool = True) -> OdooStatus:
    return OdooStatus(up=up, at_ms=at_ms)


def test_head_offices_word_holds_for_ninety_seconds() -> None:
    clock = FakeClock()
    held = word(clock)
    assert held.word is None
    held.take(status(clock.now_ms()))
    said = clock.now_ms()
    for _ in range(9):
        assert held.word == Word(up=True)
        clock.advance(10_000)
        held.take(status(said))  # the same value again is no new word
    assert held.word is None
    held.take(status(said + 90_000, up=False))
    assert held.word == Word(up=False)


def test_the_first_word_that_is_found_may_be_old_already() -> None:
    clock = FakeClock()
    held = word(clock)
    held.take(status(clock.now_ms() - 60_000))
    assert held.word == Word(up=True)
    clock.advance(30_000)
    assert held.word is None


def test_a_wrong_clock_costs_one_word_at_most() -> None:
    clock = FakeClock()
    for ahead_ms in (-600_000, 600_000):
        held = word(clock)
        held.take(status(clock.now_ms() + ahead_ms))
        assert held.word == (None if ahead_ms < 0 else Word(up=True))
        clock.advance(30_000)
        held.take(status(clock.now_ms() + ahead_ms))
        assert held.word == Word(up=True)
        clock.advance(90_000)
        assert held.word is None


def test_a_key_that_is_gone_is_no_word() -> None:
    clock = FakeClock()
    held = word(clock)
    held.take(status(clock.now_ms()))
    held.take(None)
    assert held.word is None

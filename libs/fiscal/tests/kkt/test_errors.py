"""Error codes: what the caller may do."""

import pytest

from fiscal.kkt.errors import ERRORS, ErrorClass, Retry, device_error


@pytest.mark.parametrize(
    ("code", "kind", "retry"),
    [
        (0x50, ErrorClass.BUSY, Retry.YES),
        (0x72, ErrorClass.BUSY, Retry.YES),
        (0x58, ErrorClass.CONTINUE, Retry.YES),
        (0x2F, ErrorClass.LINK, Retry.ASK_FIRST),
        (0x73, ErrorClass.STATE, Retry.ASK_FIRST),
        (0x17, ErrorClass.CLOCK, Retry.ASK_FIRST),
        (0x6B, ErrorClass.PAPER, Retry.NO),
        (0x4E, ErrorClass.SHIFT, Retry.NO),
        (0x15, ErrorClass.OFD, Retry.NO),
        (0x45, ErrorClass.BUG, Retry.NO),
        (0x08, ErrorClass.NO_DATA, Retry.NO),
        (0x37, ErrorClass.CAPABILITY, Retry.NO),
        (0x4F, ErrorClass.CONFIG, Retry.NO),
        (0x1E, ErrorClass.FN, Retry.NO),
    ],
)
def test_a_code_says_what_to_do(code: int, kind: ErrorClass, retry: Retry) -> None:
    assert device_error(code).kind is kind
    assert kind.retry is retry


def test_only_not_executed_commands_may_be_sent_again_without_asking() -> None:
    free = {code for code, error in ERRORS.items() if error.kind.retry is Retry.YES}
    assert free == {0x4B, 0x50, 0x58, 0x72}


def test_a_code_that_no_paper_names_is_asked_about_and_not_resent() -> None:
    assert device_error(0xEE).kind.retry is Retry.ASK_FIRST

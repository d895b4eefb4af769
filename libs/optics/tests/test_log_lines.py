"""Which lines of a child reach a person."""

import pytest

from optics.log_lines import LONGEST, loud


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"time":"t","level":"info","component":"a","event":"sold"}', None),
        (
            '{"time":"t","level":"warning","component":"a","till":"t","event":"ofd_away","reason":"refused","n":3}',
            "warning ofd_away reason=refused n=3",
        ),
        ('{"level":"critical","event":"crashed"}', "critical crashed"),
        ('{"level":"error","eve', None),
        ("[7] 2026/03/02 10:00:00 [INF] Server is ready", None),
        ("[7] 2026/03/02 10:00:00 [ERR] disk", "[7] 2026/03/02 10:00:00 [ERR] disk"),
        ("kkt-emulator ready port=7778 control=7779", None),
    ],
)
def test_warnings_and_errors_are_shown_short_and_the_rest_is_not(line: str, shown: str | None) -> None:
    assert loud(line) == shown


def test_a_long_line_is_cut() -> None:
    shown = loud('{"level":"error","event":"e","text":"' + "x" * 9999 + '"}')
    assert shown is not None
    assert len(shown) == LONGEST

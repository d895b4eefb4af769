"""The clock's bound survives."""

from printer_actor.hlc_bound import BoundFile


def test_the_bound_of_the_clock_is_kept(tmp_path):
    bound = BoundFile(tmp_path / "hlc.bound")
    assert bound.load() is None
    bound.save(5)
    bound.save(7)
    assert BoundFile(tmp_path / "hlc.bound").load() == 7

import csv
from pathlib import Path

import pytest

from fiscal.tags import Duty, Form, Kind, Status, Tag, known

TABLE = Path(__file__).parents[3] / "tests" / "vectors" / "ffd12-tags.csv"
DUTIES = {
    "M": Duty.MANDATORY,
    "C": Duty.CONDITIONAL,
    "O": Duty.OPTIONAL,
    "M(paper only)": Duty.PAPER_MANDATORY,
    "O(paper only)": Duty.PAPER_OPTIONAL,
}


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def duties(text: str) -> dict[int, Duty]:
    parts = text.replace("(paper only)", "(paper_only)").split()
    pairs = (part.replace("_", " ").split(":") for part in parts)
    return {int(number): DUTIES[duty] for number, duty in pairs}


def test_the_table_has_every_row_of_the_published_dictionary_and_no_other() -> None:
    assert {int(row["tag"]) for row in rows()} == {int(tag) for tag in Tag}
    assert len(Tag) == 249


@pytest.mark.parametrize("row", rows(), ids=lambda row: str(row["tag"]))
def test_a_tag_is_as_the_published_dictionary_has_it(row: dict[str, str]) -> None:
    tag = Tag(int(row["tag"]))
    assert tag.name.lower() == row["name"]
    assert tag.json_name == row["fns_json_name"]
    assert tag.russian == row["name_ru"]
    assert tag.kind is Kind(row["type"])
    assert tag.max_len == int(row["max_len"] or 0)
    assert (Form.FIXED in tag.form) is (row["fixed_len"] == "yes")
    assert (Form.PADDED in tag.form) is (row["padding"] == "space-right")
    assert (Form.MANY in tag.form) is (row["repeatable"] == "yes")
    assert tag.documents == duties(row["documents"])
    assert tag.parents == duties(row["parents"])
    assert tag.status is Status(row["status"])


def test_an_unlisted_number_is_unknown() -> None:
    assert known(1059) is Tag.ITEM
    assert known(60000) is None

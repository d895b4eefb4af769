"""Format-logic control (ФЛК): what a document must hold by the tables of FFD 1.2, and sums that must agree."""

from collections.abc import Iterator

from fiscal.tags import Duty, Kind, Tag, known
from fiscal.tlv import Member, Members, find, first, inner

FFD_1_2 = 4

_SUMS = (
    Tag.CASH_TOTAL_SUM,
    Tag.CASHLESS_TOTAL_SUM,
    Tag.PREPAID_SUM,
    Tag.CREDIT_SUM,
    Tag.PROVISION_SUM,
)


def faults(document: Member) -> list[str]:
    """Return what is wrong with a document of FFD 1.2, one sentence each; older formats are not examined."""
    members = inner(document)
    if find(members, Tag.FFD_VERSION, int) != FFD_1_2:
        return []
    required = [tag for tag in Tag if tag.documents.get(document.tag) is Duty.MANDATORY]
    found = [f"{tag} is missing" for tag in required if first(members, tag) is None]
    return [*found, *_faults_inside(members), *_wrong_sums(members)]


def total(document: Member) -> int:
    """Return tag 1020 in kopecks, 0 for a document without a total."""
    return find(inner(document), Tag.TOTAL_SUM, int) or 0


def _faults_inside(members: Members) -> Iterator[str]:
    for member in members:
        tag = known(member.tag)
        if tag is None or tag.kind is not Kind.STLV:
            continue
        held = inner(member)
        for required in Tag:
            if required.parents.get(member.tag) is Duty.MANDATORY and first(held, required) is None:
                yield f"{required} is missing in {member.tag}"
        yield from _faults_inside(held)


def _wrong_sums(members: Members) -> Iterator[str]:
    due = find(members, Tag.TOTAL_SUM, int)
    if due is None:
        return
    paid = sum(find(members, tag, int) or 0 for tag in _SUMS)
    if due != paid:
        yield f"1020 is {due}, 1031 + 1081 + 1215 + 1216 + 1217 is {paid}"

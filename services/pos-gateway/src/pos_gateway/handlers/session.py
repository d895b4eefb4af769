"""Who is at the screen."""

from pos_gateway.access import DISCOUNT_PERCENT, RIGHTS
from pos_gateway.answers import WhoAnswer
from pos_gateway.call import Call, Reply
from pos_gateway.till import Till


async def who(till: Till, call: Call) -> Reply:
    """Till, role and its limits."""
    return Reply(
        body=WhoAnswer(
            pos_id=till.id,
            shop=till.shop,
            role=call.role,
            rights=tuple(sorted(RIGHTS[call.role])),
            max_discount_percent=DISCOUNT_PERCENT[call.role],
        )
    )

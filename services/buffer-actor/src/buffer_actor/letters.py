"""Contradictions on their way to DEAD, where people look; repeated until the stream has them."""

from typing import Final

from actor import log
from actor.bus import Bus
from actor.bus_errors import PublishError
from actor.mailbox import Mailbox, MailboxError
from actor.stop import Stop
from buffer_actor.actor import Done, LetterTold, Message
from buffer_actor.store import Ledger
from contracts.codec import encode
from contracts.envelope import event_msg_id, headers
from contracts.streams import DEAD
from contracts.subjects import Subjects

LOOK_EVERY_S: Final = 2.0


async def tell_letters(
    ledger: Ledger, bus: Bus, subjects: Subjects, mailbox: Mailbox[Message], stop: Stop
) -> None:
    """Publish what DEAD does not have yet, until the stop."""
    stop.ready()
    while not await stop.sleep(LOOK_EVERY_S):
        for number, letter in await ledger.untold_letters():
            named = headers(letter, msg_id=event_msg_id(letter.till, letter.letter_id, letter.kind))
            try:
                await bus.publish_stream(
                    subjects.dead(letter.kind), encode(letter), stream=DEAD, headers=named
                )
                await mailbox.ask(LetterTold(number), Done, timeout_s=LOOK_EVERY_S)
            except (PublishError, MailboxError) as error:
                log.get().info("letter_untold", letter_id=letter.letter_id, reason=str(error))

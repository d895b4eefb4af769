"""What needs a person: messages of the stream DEAD, cleared only after their cause is."""

import msgspec

CONTRADICTION = "contradiction"
"""Two witnesses of the till disagree; sales stand until a person has looked."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, tag="dead.letter"):
    """One thing that no rule can mend. `kind` is the end of its subject; `text` says in Russian what was found."""

    letter_id: str
    till: str
    kind: str
    text: str
    at_ms: int
    facts: dict[str, str] = {}

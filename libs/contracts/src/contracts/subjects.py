"""Every subject: the till's begin with `till.<till>.`, head office's with `hub.<till>.`; lower case, the stable part
first."""

import re

TILL_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")
RECEIPT_ID = re.compile(r"[0-9a-f-]{36}")


class BadTillId(ValueError):
    """A till id is 2–31 characters of a–z, 0–9 and '-', beginning with a letter, because it is a subject token."""


class Subjects:
    """The subjects of one till."""

    def __init__(self, till: str) -> None:
        if not TILL_ID.fullmatch(till):
            raise BadTillId(f"{till!r} is not a till id: {BadTillId.__doc__}")
        self.till = till
        self.root = f"till.{till}"

    def command(self, service: str, verb: str) -> str:
        """Request subject of one verb of one service, e.g. `till.till-001.cmd.buffer.accept`."""
        return f"{self.root}.cmd.{service}.{verb}"

    def commands(self, service: str) -> str:
        """Wildcard of all verbs of one service."""
        return f"{self.root}.cmd.{service}.>"

    def buffer(self, receipt_id: str) -> str:
        """Slot of one accepted receipt in BUFFER."""
        return f"{self.root}.buffer.{receipt_id}"

    @property
    def all_buffer(self) -> str:
        return f"{self.root}.buffer.>"

    def receipt_id(self, buffer_subject: str) -> str:
        """The receipt whose slot this subject is; ValueError on any other subject."""
        prefix = f"{self.root}.buffer."
        if not buffer_subject.startswith(prefix):
            raise ValueError(f"{buffer_subject} is no slot of {self.till}")
        return buffer_subject.removeprefix(prefix)

    def event(self, name: str) -> str:
        """Subject of an event by its contract name, e.g. `receipt.fiscalised`."""
        return f"{self.root}.event.{name}"

    @property
    def all_events(self) -> str:
        return f"{self.root}.event.>"

    def dead(self, kind: str) -> str:
        return f"{self.root}.dead.{kind}"

    @property
    def all_dead(self) -> str:
        return f"{self.root}.dead.>"

    def state(self, service: str) -> str:
        """Latest state of a service, core NATS, about once a second and on change. Nobody stores it."""
        return f"{self.root}.state.{service}"

    @property
    def all_states(self) -> str:
        return f"{self.root}.state.*"

    @property
    def beat(self) -> str:
        return f"{self.root}.beat"

    @property
    def sync_events(self) -> str:
        """Where the `hub-sync` consumer pushes EVENTS for the hub."""
        return f"{self.root}.sync.events"

    # --- head office --------------------------------------------------------------------------------------------

    def hub_command(self, verb: str) -> str:
        """Head office tells this till something; kept in COMMANDS, at the hub and here."""
        return f"hub.{self.till}.cmd.{verb}"

    @property
    def all_hub_commands(self) -> str:
        return f"hub.{self.till}.cmd.>"

    @property
    def sync_commands(self) -> str:
        """Where the hub pushes this till's part of COMMANDS."""
        return f"hub.{self.till}.sync.commands"

    @property
    def mirrored(self) -> str:
        """Below it the hub pushes what this till mirrors."""
        return f"hub.{self.till}.sync"

    def ask_hub(self, verb: str) -> str:
        """This till asks head office, while there is a link. The answer is taken below `answers` only."""
        return f"hub.{self.till}.ask.{verb}"

    @property
    def answers(self) -> str:
        """Where head office answers `ask_hub`; the reply subject of the request lies below it."""
        return f"{self.root}.answer"

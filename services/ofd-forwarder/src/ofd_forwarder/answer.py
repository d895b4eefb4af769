"""Is this the OFD's answer to that document? Pure."""

from fiscal.ofd.documents import parse_acknowledgement
from fiscal.ofd.errors import ForeignPayload, OfdError
from fiscal.ofd.frame import parse_container, parse_session_message
from fiscal.tags import Tag
from ofd_forwarder.errors import WrongAnswer


def check_answer(answer: bytes, fn: str, fd: int) -> None:
    """Raise WrongAnswer unless the bytes are a whole acknowledgement of (fn, fd); its sign is the FN's to judge."""
    try:
        message = parse_session_message(answer)
        container = parse_container(message.body)
        if container.code != Tag.OPERATOR_ACK:
            raise WrongAnswer(f"document {container.code} where an acknowledgement was expected")
        ack = parse_acknowledgement(answer)
    except ForeignPayload:
        # Encrypted (tag 1056): only the headers can be read, and some operators write no FD number there.
        acknowledged = (message.fn, fd)
    except OfdError as error:
        raise WrongAnswer(str(error)) from error
    else:
        acknowledged = (ack.fn, ack.fd)
    if acknowledged != (fn, fd):
        raise WrongAnswer(
            f"the answer is for document {acknowledged[1]} of FN {acknowledged[0]}, not {fd} of {fn}"
        )

"""Counters of the printer; the work itself only calls the functions below."""

from actor.metrics import counter, gauge, histogram

ATTEMPTS = counter(
    "kkt_print_attempts_total", "Attempts to print a receipt, by the phase each ended in", ["phase"]
)
PRINT_SECONDS = histogram("kkt_receipt_seconds", "From the first command of a receipt to its stored outcome")
COMMANDS = histogram("kkt_command_seconds", "Time of one command, ENQ to the ACK of its answer", ["command"])
STALE = counter("kkt_stale_answers_total", "Answers to another command than the one in flight")
REDELIVERED = counter("kkt_redeliveries_total", "BUFFER messages that came more than once")
UNSENT = gauge("kkt_unsent_documents", "Documents in the FN without the operator's ticket")
HELD = gauge("kkt_held_receipts", "Receipts that wait for a person")
LINK_UP = gauge("kkt_link_up", "1 while the KKT answers")
CAN_PRINT = gauge("kkt_can_print", "1 while nothing stands in the way of printing")

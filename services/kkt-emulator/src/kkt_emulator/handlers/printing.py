"""Paper, cutter, drawer."""

from fiscal.kkt import printing
from fiscal.kkt.command import Authorised, OperatorReply, Reply
from kkt_emulator.handlers.base import Rows
from kkt_emulator.identity import LINE_WIDTH
from kkt_emulator.kkt import Kkt
from kkt_emulator.paper import OUT_ACTIVE, OUT_PASSIVE, PRINTING
from kkt_emulator.refusal import Refusal


def _print(kkt: Kkt, password: int, *lines: str) -> int:
    operator = kkt.operator(password)
    kkt.require_paper()
    kept = kkt.memory.last_slip
    kkt.print_lines(lines, cut=False)
    kkt.memory.last_slip = kept
    return operator


def text(kkt: Kkt, request: printing.PrintTextRequest) -> Reply:
    """12h and 17h."""
    return OperatorReply(operator=_print(kkt, request.password, request.text[:LINE_WIDTH]))


def text_in_font(kkt: Kkt, request: printing.PrintFontRequest) -> Reply:
    """2Fh."""
    return OperatorReply(operator=_print(kkt, request.password, request.text[:LINE_WIDTH]))


def cut(kkt: Kkt, request: printing.CutRequest) -> Reply:
    """25h."""
    operator = kkt.operator(request.password)
    kkt.require_paper()
    kkt.paper.cut()
    return OperatorReply(operator=operator)


def feed(kkt: Kkt, request: printing.FeedRequest) -> Reply:
    """29h; not inside a receipt."""
    if kkt.memory.receipt is not None:
        raise Refusal(0x4A)
    return OperatorReply(operator=_print(kkt, request.password, *[""] * request.lines))


def open_drawer(kkt: Kkt, request: printing.DrawerRequest) -> Reply:
    """28h."""
    return OperatorReply(operator=kkt.operator(request.password))


def font(kkt: Kkt, request: printing.FontRequest) -> Reply:
    """26h."""
    operator = kkt.operator(request.password)
    if not 1 <= request.font <= 7:
        raise Refusal(0x33)
    return printing.FontReply(operator=operator, width_dots=576, char_width=12, char_height=24, fonts=7)


def continue_print(kkt: Kkt, request: Authorised) -> Reply:
    """B0h: print what the paper broke off; with nothing to continue it does nothing."""
    operator = kkt.operator(request.password)
    submode = kkt.submode
    if submode == PRINTING:
        raise Refusal(0x50)
    if submode in (OUT_PASSIVE, OUT_ACTIVE):
        raise Refusal(0x6B)
    kkt.paper.go_on(kkt.memory)
    return OperatorReply(operator=operator)


def barcode(kkt: Kkt, request: printing.Barcode2dRequest) -> Reply:
    """DEh."""
    return printing.Barcode2dReply(operator=_print(kkt, request.password, f"[код {request.length} байт]"))


def ean13(kkt: Kkt, request: printing.Ean13Request) -> Reply:
    """C2h."""
    return OperatorReply(operator=_print(kkt, request.password, f"[EAN-13 {request.number:012d}]"))


def load_block(kkt: Kkt, request: printing.LoadBlockRequest) -> Reply:
    """DDh."""
    return OperatorReply(operator=kkt.operator(request.password))


def open_non_fiscal(kkt: Kkt, request: Authorised) -> Reply:
    """E2h."""
    operator = kkt.operator(request.password)
    kkt.require_no_document()
    kkt.require_paper()
    kkt.memory.non_fiscal = True
    return OperatorReply(operator=operator)


def close_non_fiscal(kkt: Kkt, request: Authorised) -> Reply:
    """E3h."""
    operator = kkt.operator(request.password)
    if not kkt.memory.non_fiscal:
        raise Refusal(0x73)
    kkt.memory.non_fiscal = False
    return OperatorReply(operator=operator)


def heading(kkt: Kkt, request: Authorised) -> Reply:
    """52h, 53h, 54h."""
    return OperatorReply(operator=_print(kkt, request.password, kkt.tables.text(4, 1, 1)))


HANDLERS: Rows = (
    (printing.PRINT_TEXT, text),
    (printing.PRINT_BOLD, text),
    (printing.PRINT_FONT, text_in_font),
    (printing.CUT, cut),
    (printing.FEED, feed),
    (printing.OPEN_DRAWER, open_drawer),
    (printing.FONT, font),
    (printing.CONTINUE_PRINT, continue_print),
    (printing.BARCODE_2D, barcode),
    (printing.EAN13, ean13),
    (printing.LOAD_BLOCK, load_block),
    (printing.OPEN_NON_FISCAL, open_non_fiscal),
    (printing.CLOSE_NON_FISCAL, close_non_fiscal),
    (printing.PRINT_HEADING, heading),
    (printing.END_DOCUMENT, heading),
    (printing.PRINT_ADVERT, heading),
)

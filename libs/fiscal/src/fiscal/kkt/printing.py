"""Paper, cutter, drawer, barcodes (Штрих-М protocol v2.0, printing commands)."""

from typing import Annotated

from fiscal.kkt.command import Authorised, Command, Operator, OperatorReply
from fiscal.kkt.fields import U8, U16, U40, Raw, RawRest, TailU8, Text, TextRest, Uints


class PrintTextRequest(Authorised, frozen=True, kw_only=True):
    """A line of text; flags: 1 journal, 2 receipt, 40h wrap, 80h delayed."""

    flags: U8 = 2
    text: TextRest


class PrintFontRequest(Authorised, frozen=True, kw_only=True):
    """A line of text in a font of 26h."""

    flags: U8 = 2
    font: U8
    text: TextRest


class TitleRequest(Authorised, frozen=True, kw_only=True):
    """Title of a document with its number."""

    text: Annotated[str, Text(30)]
    number: U16


class TitleReply(Operator, frozen=True, kw_only=True):
    """Running document number."""

    document_number: U16


class CutRequest(Authorised, frozen=True, kw_only=True):
    """0 full, 1 partial."""

    kind: U8 = 1


class DrawerRequest(Authorised, frozen=True, kw_only=True):
    """Number of the drawer, 0 or 1."""

    drawer: U8 = 0


class FeedRequest(Authorised, frozen=True, kw_only=True):
    """Feed paper by lines; flags as for text."""

    flags: U8 = 2
    lines: U8 = 1


class FontRequest(Authorised, frozen=True, kw_only=True):
    """Number of a font, from 1."""

    font: U8


class FontReply(Operator, frozen=True, kw_only=True):
    """Dots of a line and of a character."""

    width_dots: U16
    char_width: U8
    char_height: U8
    fonts: U8


class Ean13Request(Authorised, frozen=True, kw_only=True):
    """Twelve digits as a number; the device adds the check digit."""

    number: U40


class LoadBlockRequest(Authorised, frozen=True, kw_only=True):
    """A block of 64 bytes of a barcode (kind 0) or of TLV (kind 1)."""

    kind: U8 = 0
    block: U8
    content: Annotated[bytes, Raw(64)]


class Barcode2dRequest(Authorised, frozen=True, kw_only=True):
    """Print loaded bytes as PDF417 (0), DataMatrix (1), Aztec (2) or QR (3)."""

    kind: U8 = 3
    length: U16
    first_block: U8 = 0
    parameters: Annotated[tuple[int, ...], Uints(5, 1)]  # QR: version 0 = auto, mask, dot 3–8, –, level 0–3
    align: U8 = 1  # 0 left, 1 centre, 2 right


class Barcode2dReply(Operator, frozen=True, kw_only=True):
    """What the device chose; older firmware says nothing."""

    chosen: RawRest = b""


class EndDocumentRequest(Authorised, frozen=True, kw_only=True):
    """1 to print the advertisement."""

    advert: TailU8 = None


PRINT_BOLD = Command(0x12, "print_bold", PrintTextRequest, OperatorReply)
PRINT_TEXT = Command(0x17, "print_text", PrintTextRequest, OperatorReply)
PRINT_TITLE = Command(0x18, "print_title", TitleRequest, TitleReply)
CUT = Command(0x25, "cut", CutRequest, OperatorReply)
FONT = Command(0x26, "font", FontRequest, FontReply, 5.0)
OPEN_DRAWER = Command(0x28, "open_drawer", DrawerRequest, OperatorReply)
FEED = Command(0x29, "feed", FeedRequest, OperatorReply)
PRINT_FONT = Command(0x2F, "print_font", PrintFontRequest, OperatorReply)
PRINT_HEADING = Command(0x52, "print_heading", Authorised, OperatorReply)
END_DOCUMENT = Command(0x53, "end_document", EndDocumentRequest, OperatorReply)
PRINT_ADVERT = Command(0x54, "print_advert", Authorised, OperatorReply)
CONTINUE_PRINT = Command(0xB0, "continue_print", Authorised, OperatorReply)
EAN13 = Command(0xC2, "ean13", Ean13Request, OperatorReply)
LOAD_BLOCK = Command(0xDD, "load_block", LoadBlockRequest, OperatorReply)
BARCODE_2D = Command(0xDE, "barcode_2d", Barcode2dRequest, Barcode2dReply)
OPEN_NON_FISCAL = Command(0xE2, "open_non_fiscal", Authorised, OperatorReply)
CLOSE_NON_FISCAL = Command(0xE3, "close_non_fiscal", Authorised, OperatorReply)

"""QR code of a receipt."""

import io

import segno


def svg(text: str) -> bytes:
    """SVG without inline style or script, four modules of margin, error correction M."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None, omitsize=True, light="white"
    )
    return out.getvalue()

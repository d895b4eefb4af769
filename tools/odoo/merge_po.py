"""Merge an exported catalogue into ru.po (runs in Odoo's own environment, for polib).

Usage: merge_po.py EXPORTED POT RU_PO [ODOO_RU_PO …]. Texts that Odoo itself has in Russian (Created by,
Followers) are taken from its own catalogues. Exit code 1 when a text has no Russian.
"""

import re
import sys
from pathlib import Path

import polib

_RUSSIAN = re.compile("[А-Яа-яЁё]")  # demo data is Russian to begin with


def main(exported: str, pot: str, ru: str, *odoo: str) -> int:
    """Keep known translations, drop dead entries, sort by text, list what is missing."""
    template = polib.pofile(exported)
    known: dict[str, str] = {}
    for catalogue in (*odoo, ru):
        if Path(catalogue).exists():
            known |= {entry.msgid: entry.msgstr for entry in polib.pofile(catalogue) if entry.msgstr}
    if not template:
        return 0
    template.metadata = {
        "Project-Id-Version": "Odoo Server 17.0",
        "Report-Msgid-Bugs-To": "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    template.sort(key=lambda entry: entry.msgid)
    for entry in template:
        entry.msgstr = ""
    template.save(pot)
    template.metadata["Language"] = "ru"
    forms = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);"
    template.metadata["Plural-Forms"] = forms
    for entry in template:
        entry.msgstr = entry.msgid if _RUSSIAN.search(entry.msgid) else known.get(entry.msgid, "")
    template.save(ru)
    missing = [entry.msgid for entry in template if not entry.msgstr]
    for text in missing:
        print(f"{ru}: no Russian for {text!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

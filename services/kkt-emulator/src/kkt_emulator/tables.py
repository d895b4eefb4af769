"""The settings tables as data; what the host wrote stands in `Memory.cells` (Штрих-М protocol v2.0, "Таблицы")."""

import msgspec

from fiscal.kkt.vat import ROWS, TABLE_VALUES
from fiscal.receipt import VatRate
from kkt_emulator.identity import Identity, IdentityKind

FN_TABLE, OFD_TABLE, REGIONAL_TABLE, FFD_FIELD = 18, 19, 17, 17
OPERATORS, OPERATOR_NAME = 2, 2


class Field(msgspec.Struct, frozen=True):
    """A column: name, size in bytes, default of each row (the last one repeats); int = number, str = text."""

    name: str
    size: int
    defaults: tuple[int | str, ...] = (0,)

    @property
    def is_text(self) -> bool:
        """Numbers are little-endian, texts CP1251."""
        return isinstance(self.defaults[0], str)

    def default(self, row: int) -> bytes:
        """Return the factory value of a row as bytes."""
        value = self.defaults[min(row, len(self.defaults)) - 1]
        if isinstance(value, str):
            return value.encode("cp1251").ljust(self.size, b"\0")
        return value.to_bytes(self.size, "little")


class Table(msgspec.Struct, frozen=True):
    """A table: name, rows, columns by number from 1."""

    name: str
    rows: int
    fields: tuple[Field, ...]


def _numbers(count: int, named: dict[int, Field]) -> tuple[Field, ...]:
    return tuple(named.get(number, Field(f"Параметр {number}", 1)) for number in range(1, count + 1))


_VAT_NAMES = {
    VatRate.VAT_20: "НДС 20%",
    VatRate.VAT_10: "НДС 10%",
    VatRate.VAT_0: "НДС 0%",
    VatRate.NO_VAT: "БЕЗ НДС",
    VatRate.VAT_20_120: "НДС 20/120",
    VatRate.VAT_10_110: "НДС 10/110",
    VatRate.VAT_5: "НДС 5%",
    VatRate.VAT_7: "НДС 7%",
    VatRate.VAT_5_105: "НДС 5/105",
    VatRate.VAT_7_107: "НДС 7/107",
    VatRate.VAT_22: "НДС 22%",
    VatRate.VAT_22_122: "НДС 22/122",
}
_RATES = sorted(ROWS, key=ROWS.__getitem__)

COMMON: dict[int, Table] = {
    1: Table(
        "ТИП И РЕЖИМ КАССЫ",
        1,
        _numbers(
            40,
            {
                1: Field("Номер магазина", 1, (1,)),
                7: Field("Отрезка чека", 1, (1,)),
                20: Field("Печать чека при закрытии", 1, (1,)),
                23: Field("Запрет нулевого чека", 1),
                39: Field("Печать клише после документа", 1),
            },
        ),
    ),
    2: Table(
        "ПАРОЛИ КАССИРОВ И АДМИНИСТРАТОРОВ",
        30,
        (
            Field("Пароль", 4, tuple(range(1, 31))),
            Field(
                "Имя",
                64,
                (*[f"Оператор {n}" for n in range(1, 29)], "Администратор", "Системный администратор"),
            ),
        ),
    ),
    4: Table("ТЕКСТ В ЧЕКЕ", 14, (Field("Текст в чеке", 48, ("САЛОН ОПТИКИ", "СПАСИБО ЗА ПОКУПКУ", "")),)),
    5: Table("НАИМЕНОВАНИЕ ТИПОВ ОПЛАТЫ", 16, (Field("Тип оплаты", 24, ("НАЛИЧНЫМИ", "БЕЗНАЛИЧНЫМИ")),)),
    6: Table(
        "НАЛОГОВЫЕ СТАВКИ",
        len(_RATES),
        (
            Field("Величина налога", 2, tuple(TABLE_VALUES[rate] for rate in _RATES)),
            Field("Наименование налога", 64, tuple(_VAT_NAMES[rate] for rate in _RATES)),
        ),
    ),
    REGIONAL_TABLE: Table(
        "Региональные настройки",
        1,
        _numbers(
            20,
            {
                3: Field("Режим начисления скидок", 1),
                7: Field("Не печатать документ", 1),
                FFD_FIELD: Field("Формат ФД", 1, (4,)),
            },
        ),
    ),
    FN_TABLE: Table(
        "Fiscal storage",
        1,
        (
            Field("Заводской номер", 20, ("",)),
            Field("ИНН", 12, ("7701234560",)),
            Field("РНМ", 20, ("0001234567012345",)),
            Field("Номер ФН", 16, ("",)),
            Field("Система налогообложения", 1, (0x37,)),
            Field("Режим работы", 1),
            Field("Пользователь", 128, ('ООО "Оптика"',)),
            Field("Оператор", 128, ("Оператор",)),
            Field("Адрес", 128, ("101000, г. Москва, ул. Мясницкая, д. 1",)),
            Field("Название ОФД", 128, ("Учебный ОФД",)),
            Field("URL ОФД", 128, ("ofd.example",)),
            Field("ИНН ОФД", 12, ("9901234561",)),
            Field("Сайт ФНС", 64, ("nalog.gov.ru",)),
            Field("Место расчетов", 128, ("Салон оптики",)),
            Field("E-mail отправителя", 64, ("receipts@optics.example",)),
        ),
    ),
    OFD_TABLE: Table(
        "Параметры ОФД",
        1,
        (
            Field("Сервер", 64, ("127.0.0.1",)),
            Field("Порт", 2, (7790,)),
            Field("Таймаут чтения ответа", 2, (60,)),
            Field("Пауза между пакетами", 2, (100,)),
            Field("Сервер КМ", 64, ("",)),
            Field("Порт КМ", 2),
            Field("Таймаут КМ", 2, (5,)),
            Field("Таймаут проверки КМ", 2, (5,)),
        ),
    ),
}
_CASH_CORE_10 = Table(
    "Служебная", 1, _numbers(38, {29: Field("ФФД", 1, (4,)), 38: Field("Формат ФД", 1, (4,))})
)


def tables_of(device: Identity) -> dict[int, Table]:
    """Return the tables that a device of this family has."""
    return {**COMMON, 10: _CASH_CORE_10} if device.kind is IdentityKind.CASH_CORE else COMMON


class Tables:
    """Cells of all tables: the host's values over the factory's."""

    def __init__(self, shape: dict[int, Table], cells: dict[str, bytes]) -> None:
        self.shape = shape
        self._cells = cells

    def find(self, table: int, row: int, field: int) -> Field | None:
        """Return the column of a cell, None when the cell does not exist."""
        found = self.shape.get(table)
        if found is None or not 1 <= row <= found.rows or not 1 <= field <= len(found.fields):
            return None
        return found.fields[field - 1]

    def read(self, table: int, row: int, field: int) -> bytes:
        """Return a cell that exists."""
        column = self.shape[table].fields[field - 1]
        return self._cells.get(f"{table}/{row}/{field}") or column.default(row)

    def write(self, table: int, row: int, field: int, value: bytes) -> None:
        """Set a cell that exists; a short text or number is padded."""
        size = self.shape[table].fields[field - 1].size
        self._cells[f"{table}/{row}/{field}"] = value[:size].ljust(size, b"\0")

    def text(self, table: int, row: int, field: int) -> str:
        """Return a text cell."""
        return self.read(table, row, field).partition(b"\0")[0].decode("cp1251", "replace")

    def number(self, table: int, row: int, field: int) -> int:
        """Return a numeric cell."""
        return int.from_bytes(self.read(table, row, field), "little")

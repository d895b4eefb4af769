"""Why a command was not carried out: one table of codes with HTTP status, finality and the cashier's sentence."""

import enum
from typing import Any

import msgspec


class Code(enum.StrEnum):
    """Machine-readable reason; never renamed."""

    # input: nothing was stored
    INVALID = "INVALID"
    KEY_REUSED = "KEY_REUSED"
    ORIGINAL_NOT_SYNCED = "ORIGINAL_NOT_SYNCED"
    ORIGINAL_UNKNOWN = "ORIGINAL_UNKNOWN"
    REFUND_EXCEEDS_SALE = "REFUND_EXCEEDS_SALE"
    WRONG_TILL = "WRONG_TILL"
    NOT_FOUND = "NOT_FOUND"
    # gates: stored as `refused` before it is said
    BUFFER_FULL = "BUFFER_FULL"
    MAINTENANCE = "MAINTENANCE"
    DEVICE_HELD = "DEVICE_HELD"
    DEVICE_DOWN = "DEVICE_DOWN"
    SHIFT_EXPIRED = "SHIFT_EXPIRED"
    SHIFT_CLOSED = "SHIFT_CLOSED"
    FN_FULL = "FN_FULL"
    OFD_OVERDUE = "OFD_OVERDUE"
    DISK_FULL = "DISK_FULL"
    # tasks
    SHIFT_ALREADY_OPEN = "SHIFT_ALREADY_OPEN"
    RECEIPTS_UNPRINTED = "RECEIPTS_UNPRINTED"
    NOT_ENOUGH_CASH = "NOT_ENOUGH_CASH"
    DEVICE_REJECTED = "DEVICE_REJECTED"
    TASK_EXPIRED = "TASK_EXPIRED"
    # not a verdict: keep the key, ask again
    PENDING = "PENDING"
    STARTING = "STARTING"
    UNAVAILABLE = "UNAVAILABLE"
    STOPPED = "STOPPED"
    # delivery
    SYNC_RUNNING = "SYNC_RUNNING"
    OFD_UNREACHABLE = "OFD_UNREACHABLE"
    # a person's decision on a held receipt
    NOT_HELD = "NOT_HELD"
    DOCUMENT_EXISTS = "DOCUMENT_EXISTS"
    DEVICE_BUSY = "DEVICE_BUSY"


class Rule(msgspec.Struct, frozen=True):
    """HTTP status, whether the answer is a verdict for its key, and what the cashier reads."""

    status: int
    final: bool
    message: str


RULES: dict[Code, Rule] = {
    Code.INVALID: Rule(422, True, "В чеке ошибка: проверьте выделенное поле."),
    Code.KEY_REUSED: Rule(409, True, "Этот ключ операции уже использован для другого чека."),
    Code.ORIGINAL_NOT_SYNCED: Rule(
        409, False, "Исходный чек ещё не передан: возврат станет возможен после его доставки."
    ),
    Code.ORIGINAL_UNKNOWN: Rule(409, False, "Исходный чек на этой кассе не найден."),
    Code.REFUND_EXCEEDS_SALE: Rule(409, True, "Возврат больше, чем осталось вернуть по исходному чеку."),
    Code.WRONG_TILL: Rule(422, True, "Чек предназначен другой кассе."),
    Code.NOT_FOUND: Rule(404, True, "Не найдено."),
    Code.BUFFER_FULL: Rule(503, True, "Буфер чеков заполнен: дождитесь передачи чеков в ОФД и повторите."),
    Code.MAINTENANCE: Rule(503, True, "Касса на обслуживании: продажи остановлены администратором."),
    Code.DEVICE_HELD: Rule(
        503, True, "Касса остановлена: по одному чеку нужно решение старшего. Деньги не принимайте."
    ),
    Code.DEVICE_DOWN: Rule(
        503, True, "Принтер чеков не отвечает: проверьте питание, кабель и бумагу. Деньги не принимайте."
    ),
    Code.SHIFT_EXPIRED: Rule(503, True, "Смена открыта больше 24 часов: снимите Z-отчёт и повторите."),
    Code.SHIFT_CLOSED: Rule(503, True, "Смена закрыта: откройте смену и повторите."),
    Code.FN_FULL: Rule(503, True, "Фискальный накопитель исчерпан: вызовите администратора."),
    Code.OFD_OVERDUE: Rule(
        503, True, "Чеки не передавались в ОФД 30 дней: продажи запрещены до их передачи."
    ),
    Code.DISK_FULL: Rule(503, True, "На диске кассы нет места: вызовите администратора."),
    Code.SHIFT_ALREADY_OPEN: Rule(409, True, "Смена уже открыта."),
    Code.RECEIPTS_UNPRINTED: Rule(409, True, "Есть непробитые чеки: дождитесь печати или решите их судьбу."),
    Code.NOT_ENOUGH_CASH: Rule(409, True, "В денежном ящике нет такой суммы."),
    Code.DEVICE_REJECTED: Rule(409, True, "Принтер чеков отклонил команду."),
    Code.TASK_EXPIRED: Rule(409, True, "Команда не была выполнена вовремя и отменена; повторите её заново."),
    Code.PENDING: Rule(
        503,
        False,
        "Чек принят в обработку, ответа ещё нет. Не повторяйте продажу: касса сама уточнит её исход.",
    ),
    Code.STARTING: Rule(503, False, "Касса запускается и проверяет журнал. Подождите несколько секунд."),
    Code.UNAVAILABLE: Rule(503, False, "Служба кассы не отвечает. Подождите: операция будет уточнена."),
    Code.STOPPED: Rule(
        503, False, "Касса остановлена: данные противоречат друг другу. Вызовите администратора."
    ),
    Code.SYNC_RUNNING: Rule(409, True, "Передача в ОФД уже идёт."),
    Code.OFD_UNREACHABLE: Rule(
        503, True, "ОФД недоступен: чеки сохранены и уйдут сами, когда связь вернётся."
    ),
    Code.NOT_HELD: Rule(409, True, "По этому чеку решение не требуется."),
    Code.DOCUMENT_EXISTS: Rule(409, True, "В ФН есть подходящий документ: печатать ещё раз нельзя."),
    Code.DEVICE_BUSY: Rule(503, False, "Принтер занят: повторите через несколько секунд."),
}


class Refusal(msgspec.Struct, frozen=True, kw_only=True, tag="refusal"):
    """A command was not carried out. On `final: false` the caller keeps the key and asks again."""

    code: Code
    message: str
    final: bool
    details: dict[str, Any] = {}
    retry_after_s: int | None = None


def refuse(
    code: Code, message: str | None = None, *, retry_after_s: int | None = None, **details: Any
) -> Refusal:
    """A refusal by the table; `message` replaces the table's sentence where there is a better one."""
    rule = RULES[code]
    return Refusal(
        code=code,
        message=message or rule.message,
        final=rule.final,
        details=details,
        retry_after_s=retry_after_s,
    )

"""Why HTTP says no: one table of the edge's own codes beside the table of `contracts.refusals`."""

import enum
from typing import Any

import msgspec

from contracts.refusals import RULES, Code, Refusal, Rule


class EdgeCode(enum.StrEnum):
    """Reasons that never reach a service; never renamed."""

    UNAUTHORIZED = "UNAUTHORIZED"
    FORBIDDEN = "FORBIDDEN"
    DISCOUNT_LIMIT = "DISCOUNT_LIMIT"
    HOST_REFUSED = "HOST_REFUSED"
    ORIGIN_REFUSED = "ORIGIN_REFUSED"
    RATE_LIMITED = "RATE_LIMITED"
    BODY_TOO_LARGE = "BODY_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    UNKNOWN_PATH = "UNKNOWN_PATH"
    NOT_SUPPORTED = "NOT_SUPPORTED"
    INTERNAL = "INTERNAL"


# Final only where the body alone decides: an earlier attempt with this key may have been taken from another
# role or before a limit, so "no" to this request says nothing about the key.
EDGE_RULES: dict[EdgeCode, Rule] = {
    EdgeCode.UNAUTHORIZED: Rule(401, False, "Войдите в кассу: ключ доступа не указан или неизвестен."),
    EdgeCode.FORBIDDEN: Rule(403, False, "Для этого действия нужны права старшего: позовите администратора."),
    EdgeCode.DISCOUNT_LIMIT: Rule(403, False, "Скидка больше разрешённой: позовите управляющего."),
    EdgeCode.HOST_REFUSED: Rule(403, False, "Этот адрес кассы не разрешён."),
    EdgeCode.ORIGIN_REFUSED: Rule(403, False, "Запрос пришёл с чужой страницы и отклонён."),
    EdgeCode.RATE_LIMITED: Rule(429, False, "Слишком много запросов: подождите секунду."),
    EdgeCode.BODY_TOO_LARGE: Rule(413, True, "Запрос больше 1 МБ."),
    EdgeCode.UNSUPPORTED_MEDIA_TYPE: Rule(415, False, "Тело запроса должно быть JSON (application/json)."),
    EdgeCode.METHOD_NOT_ALLOWED: Rule(405, True, "Этот метод здесь не поддерживается."),
    EdgeCode.UNKNOWN_PATH: Rule(404, True, "Такого адреса у кассы нет."),
    EdgeCode.NOT_SUPPORTED: Rule(422, True, "Эта операция пока не поддерживается кассой."),
    EdgeCode.INTERNAL: Rule(500, False, "Внутренняя ошибка кассы. Сообщите администратору номер ошибки."),
}


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """Every error of the API. `message` is for a cashier, `details.field` a JSON path, `id` finds the log line."""

    code: str
    message: str
    id: str
    final: bool
    details: dict[str, Any] = {}


class Problem(Exception):
    """An answer that is no success; the edge turns it into an ErrorBody."""

    def __init__(
        self,
        code: Code | EdgeCode,
        message: str | None = None,
        *,
        status: int | None = None,
        final: bool | None = None,
        retry_after_s: int | None = None,
        **details: Any,
    ) -> None:
        rule = EDGE_RULES[code] if isinstance(code, EdgeCode) else RULES[code]
        self.code = code
        self.message = message or rule.message
        self.status = status or rule.status
        self.final = rule.final if final is None else final
        self.retry_after_s = retry_after_s
        self.details = details
        super().__init__(f"{code}: {details}")

    @classmethod
    def of(cls, refusal: Refusal) -> "Problem":
        """What a service refused, in HTTP."""
        problem = cls(refusal.code, refusal.message, final=refusal.final, retry_after_s=refusal.retry_after_s)
        problem.details = refusal.details
        return problem

    def body(self, request_id: str) -> ErrorBody:
        waits = {} if self.retry_after_s is None else {"retry_after_seconds": self.retry_after_s}
        details = {**self.details, **waits}
        return ErrorBody(
            code=self.code, message=self.message, id=request_id, final=self.final, details=details
        )


def invalid(field: str, reason: str, message: str) -> Problem:
    """422 that names a field by its JSON path; `reason` for a developer, `message` (Russian) for a cashier."""
    where = f"Поле «{field}»: " if field else ""
    return Problem(Code.INVALID, f"{where}{message}", field=field, reason=reason)

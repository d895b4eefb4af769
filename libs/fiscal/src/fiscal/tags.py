"""The tag table of FFD 1.2: number, wire type, length and place of every member.

Order ЕД-7-20/662@ of 14.09.2020 with ЕД-7-20/239@ of 12.04.2023 and ЕД-7-20/1050@ of 08.12.2025, tables of
documents and members; older and marking tags from the decoders of vendors. `tests/vectors/ffd12-tags.csv` names
the sources of each row, a test compares it with this table.
"""

# ruff: noqa: E501 - a table is read by its columns
# fmt: off

import enum
from collections.abc import Mapping


class Kind(enum.StrEnum):
    """Wire type of a value."""

    BYTE = "byte"
    U16 = "u16"
    U32 = "u32"
    UNIXTIME = "unixtime"
    VLN = "vln"
    FVLN = "fvln"
    STRING = "string"
    BYTES = "bytes"
    STLV = "stlv"
    BITMASK8 = "bitmask8"
    BITMASK32 = "bitmask32"


class Form(enum.Flag):
    """What the length of a value is bound to, and whether the member may stand more than once."""

    PLAIN = 0
    FIXED = 1  # exactly max_len bytes
    PADDED = 2  # padded on the right with spaces
    MANY = 4  # members with this tag follow one another


class Duty(enum.StrEnum):
    """Must a member stand in a document or container? Where paper and the electronic form differ, the weaker one."""

    MANDATORY = "M"
    CONDITIONAL = "C"
    OPTIONAL = "O"
    PAPER_MANDATORY = "PM"
    PAPER_OPTIONAL = "PO"


class Status(enum.StrEnum):
    """Where a tag comes from."""

    FFD12 = "ffd1.2"
    EXT2025 = "ext2025"  # amendments in force since 2025
    MARKING = "marking"  # exchange with the marking system
    LEGACY = "legacy"  # FFD 1.0 to 1.1 only


_PLAIN, _FIXED, _PADDED = Form.PLAIN, Form.FIXED, Form.FIXED | Form.PADDED
_MANY, _FIXED_MANY, _PADDED_MANY = Form.MANY, Form.FIXED | Form.MANY, Form.FIXED | Form.PADDED | Form.MANY


def _duties(text: str) -> Mapping[int, Duty]:
    return {int(number): Duty(duty) for number, _, duty in (part.partition(":") for part in text.split())}


class Tag(enum.IntEnum):
    """A tag: number, kind, greatest length in bytes (0 = none published), form, JSON name of the tax service,
    Russian name, duty in documents, duty in parents, status."""

    kind: Kind
    max_len: int
    form: Form
    json_name: str
    russian: str
    documents: Mapping[int, Duty]
    parents: Mapping[int, Duty]
    status: Status

    def __new__(cls, number: int, kind: Kind, max_len: int, form: Form, json_name: str, russian: str, documents: str, parents: str, status: Status) -> "Tag":
        tag = int.__new__(cls, number)
        tag._value_ = number
        tag.kind, tag.max_len, tag.form, tag.json_name, tag.russian = kind, max_len, form, json_name, russian
        tag.documents, tag.parents, tag.status = _duties(documents), _duties(parents), status
        return tag

    REGISTRATION_REPORT = 1, Kind.STLV, 6144, _PLAIN, "", "Отчет о регистрации", "", "", Status.FFD12
    OPEN_SHIFT_REPORT = 2, Kind.STLV, 4096, _PLAIN, "", "Отчет об открытии смены", "", "", Status.FFD12
    RECEIPT = 3, Kind.STLV, 32768, _PLAIN, "", "Кассовый чек", "", "", Status.FFD12
    BSO = 4, Kind.STLV, 32768, _PLAIN, "", "Бланк строгой отчетности", "", "", Status.FFD12
    CLOSE_SHIFT_REPORT = 5, Kind.STLV, 4096, _PLAIN, "", "Отчет о закрытии смены", "", "", Status.FFD12
    CLOSE_FN_REPORT = 6, Kind.STLV, 4096, _PLAIN, "", "Отчет о закрытии фискального накопителя", "", "", Status.FFD12
    OPERATOR_ACK = 7, Kind.STLV, 512, _PLAIN, "", "Подтверждение оператора", "", "", Status.FFD12
    REGISTRATION_CHANGE_REPORT = 11, Kind.STLV, 6144, _PLAIN, "", "Отчет об изменении параметров регистрации", "", "", Status.FFD12
    CURRENT_STATE_REPORT = 21, Kind.STLV, 32768, _PLAIN, "", "Отчет о текущем состоянии расчетов", "", "", Status.FFD12
    CORRECTION_RECEIPT = 31, Kind.STLV, 32768, _PLAIN, "", "Кассовый чек коррекции", "", "", Status.FFD12
    CORRECTION_BSO = 41, Kind.STLV, 32768, _PLAIN, "", "Бланк строгой отчетности коррекции", "", "", Status.FFD12
    MARKING_CODE_REQUEST = 81, Kind.STLV, 4096, _PLAIN, "", "Запрос о коде маркировки", "", "", Status.MARKING
    MARKED_SALE_NOTIFICATION = 82, Kind.STLV, 32768, _PLAIN, "", "Уведомление о реализации маркированного товара", "", "", Status.MARKING
    MARKING_CODE_RESPONSE = 83, Kind.STLV, 512, _PLAIN, "", "Ответ на запрос", "", "", Status.MARKING
    MARKED_SALE_ACK = 84, Kind.STLV, 512, _PLAIN, "", "Квитанция на уведомление", "", "", Status.MARKING
    DOCUMENT_NAME = 1000, Kind.STRING, 0, _PLAIN, "", "Наименование документа", "1:PM 2:PM 3:PM 4:PM 5:PM 6:PM 7:PO 11:PM 21:PM 31:PM 41:PM", "", Status.FFD12
    AUTO_MODE_FLAG = 1001, Kind.BYTE, 1, _FIXED, "autoMode", "Признак автоматического режима", "1:M 11:M", "", Status.FFD12
    OFFLINE_MODE_FLAG = 1002, Kind.BYTE, 1, _FIXED, "offlineMode", "Признак автономного режима", "1:M 11:M 21:C", "", Status.FFD12
    TRANSFER_OPERATOR_ADDRESS = 1005, Kind.STRING, 256, _MANY, "transferOperatorAddress", "Адрес оператора перевода", "", "1223:C", Status.FFD12
    BUYER_CONTACT = 1008, Kind.STRING, 64, _PLAIN, "buyerPhoneOrAddress", "Телефон или электронный адрес покупателя", "3:O 4:O 31:O 41:O", "", Status.FFD12
    RETAIL_PLACE_ADDRESS = 1009, Kind.STRING, 256, _PLAIN, "retailPlaceAddress", "Адрес расчетов", "1:M 2:PM 3:M 4:M 5:PM 6:M 11:M 21:PM 31:M 41:M 82:C", "", Status.FFD12
    TIME_ZONE = 1011, Kind.BYTE, 1, _FIXED, "", "Часовая зона", "82:C", "", Status.EXT2025
    DATETIME = 1012, Kind.UNIXTIME, 4, _FIXED, "dateTime", "Дата, время", "1:M 2:M 3:M 4:M 5:M 6:M 7:M 11:M 21:M 31:M 41:M 82:M 84:M", "", Status.FFD12
    KKT_SERIAL = 1013, Kind.STRING, 20, _PLAIN, "kktNumber", "Заводской номер ККТ", "1:M 11:M", "", Status.FFD12
    TRANSFER_OPERATOR_INN = 1016, Kind.STRING, 12, _PADDED_MANY, "transferOperatorInn", "ИНН оператора перевода", "", "1223:C", Status.FFD12
    OFD_INN = 1017, Kind.STRING, 12, _PADDED, "ofdInn", "ИНН ОФД", "1:C 7:M 11:C", "", Status.FFD12
    USER_INN = 1018, Kind.STRING, 12, _PADDED, "userInn", "ИНН пользователя", "1:M 2:M 3:O 4:O 5:M 6:M 11:M 21:M 31:O 41:O 81:M 82:C", "", Status.FFD12
    TOTAL_SUM = 1020, Kind.VLN, 6, _PLAIN, "totalSum", "Сумма расчета, указанного в чеке (БСО)", "3:M 4:M 31:M 41:M", "", Status.FFD12
    CASHIER = 1021, Kind.STRING, 64, _PLAIN, "operator", "Кассир", "1:M 2:C 3:C 4:C 5:C 6:C 11:M 31:C 41:C", "", Status.FFD12
    OFD_RESPONSE_CODE = 1022, Kind.BYTE, 1, _FIXED, "", "Код ответа ОФД", "", "", Status.LEGACY
    ITEM_QUANTITY = 1023, Kind.FVLN, 8, _PLAIN, "quantity", "Количество предмета расчета", "81:C", "1059:M 2007:C", Status.FFD12
    TRANSFER_OPERATOR_NAME = 1026, Kind.STRING, 64, _MANY, "transferOperatorName", "Наименование оператора перевода", "", "1223:C", Status.FFD12
    ITEM_NAME = 1030, Kind.STRING, 128, _PLAIN, "name", "Наименование предмета расчета", "", "1059:C 2007:M", Status.FFD12
    CASH_TOTAL_SUM = 1031, Kind.VLN, 6, _PLAIN, "cashTotalSum", "Сумма по чеку (БСО) наличными", "3:O 4:O 31:O 41:O", "", Status.FFD12
    MACHINE_NUMBER = 1036, Kind.STRING, 20, _PLAIN, "machineNumber", "Номер автомата", "1:C 3:C 4:C 11:C 31:C 41:C", "", Status.FFD12
    KKT_REG_NUMBER = 1037, Kind.STRING, 20, _PADDED, "kktRegId", "Регистрационный номер ККТ", "1:M 2:M 3:M 4:M 5:M 6:M 11:M 21:M 31:M 41:M", "", Status.FFD12
    SHIFT_NUMBER = 1038, Kind.U32, 4, _FIXED, "shiftNumber", "Номер смены", "2:M 3:M 4:M 5:M 6:M 21:C 31:M 41:M", "", Status.FFD12
    FISCAL_DOCUMENT_NUMBER = 1040, Kind.U32, 4, _FIXED, "fiscalDocumentNumber", "Номер ФД", "1:M 2:M 3:M 4:M 5:M 6:M 7:M 11:M 21:M 31:M 41:M", "", Status.FFD12
    FN_NUMBER = 1041, Kind.STRING, 16, _FIXED, "fiscalDriveNumber", "Номер ФН", "1:M 2:M 3:M 4:M 5:M 6:M 7:M 11:M 21:M 31:M 41:M 81:M 82:M", "", Status.FFD12
    RECEIPT_NUMBER_IN_SHIFT = 1042, Kind.U32, 4, _FIXED, "requestNumber", "Номер чека за смену", "3:M 4:M 31:M 41:M", "", Status.FFD12
    ITEM_SUM = 1043, Kind.VLN, 6, _PLAIN, "sum", "Стоимость предмета расчета с учетом скидок и наценок", "", "1059:M 2007:M", Status.FFD12
    PAYMENT_AGENT_OPERATION = 1044, Kind.STRING, 24, _MANY, "paymentAgentOperation", "Операция банковского платежного агента", "", "1223:C", Status.FFD12
    PAYMENT_SUBAGENT_OPERATION = 1045, Kind.STRING, 24, _PLAIN, "", "Операция банковского платежного субагента", "", "", Status.LEGACY
    OFD_NAME = 1046, Kind.STRING, 256, _PLAIN, "ofdName", "Наименование ОФД", "1:C 11:C", "", Status.FFD12
    USER_NAME = 1048, Kind.STRING, 256, _PLAIN, "user", "Наименование пользователя", "1:M 2:PM 3:O 4:O 5:PM 6:M 11:M 21:PM 31:O 41:O", "", Status.FFD12
    FN_RESOURCE_EXHAUSTED_FLAG = 1050, Kind.BYTE, 1, _FIXED, "fiscalDriveExhaustionSign", "Признак исчерпания ресурса ФН", "2:C 5:C", "", Status.FFD12
    FN_REPLACE_URGENT_FLAG = 1051, Kind.BYTE, 1, _FIXED, "fiscalDriveReplaceRequiredSign", "Признак необходимости срочной замены ФН", "2:C 5:C", "", Status.FFD12
    FN_MEMORY_FULL_FLAG = 1052, Kind.BYTE, 1, _FIXED, "fiscalDriveMemoryExceededSign", "Признак заполнения памяти ФН", "2:C 5:C", "", Status.FFD12
    OFD_TIMEOUT_FLAG = 1053, Kind.BYTE, 1, _FIXED, "ofdResponseTimeoutSign", "Признак превышения времени ожидания ответа ОФД", "2:C 5:C", "", Status.FFD12
    CALCULATION_TYPE = 1054, Kind.BYTE, 1, _FIXED, "operationType", "Признак расчета", "3:M 4:M 31:M 41:M 82:M", "", Status.FFD12
    APPLIED_TAXATION_TYPE = 1055, Kind.BITMASK8, 1, _FIXED, "appliedTaxationType", "Применяемая система налогообложения", "3:O 4:O 31:O 41:O 82:M", "", Status.FFD12
    ENCRYPTION_FLAG = 1056, Kind.BYTE, 1, _FIXED, "encryptionSign", "Признак шифрования", "1:M 11:M", "", Status.FFD12
    AGENT_TYPE_RECEIPT = 1057, Kind.BITMASK8, 1, _FIXED, "", "Признак агента", "", "", Status.LEGACY
    ITEM = 1059, Kind.STLV, 1024, _MANY, "items", "Предмет расчета", "3:M 4:M 31:M 41:M", "", Status.FFD12
    FNS_URL = 1060, Kind.STRING, 256, _PLAIN, "fnsUrl", "Адрес сайта ФНС", "1:C 3:O 4:O 11:C 31:O 41:O", "", Status.FFD12
    OFD_URL = 1061, Kind.STRING, 64, _PLAIN, "", "Адрес сайта ОФД", "", "", Status.LEGACY
    TAXATION_TYPES = 1062, Kind.BITMASK8, 1, _FIXED, "taxationType", "Системы налогообложения", "1:O 11:O", "", Status.FFD12
    OPERATOR_MESSAGE_TO_FN = 1068, Kind.STLV, 169, _PLAIN, "", "Сообщение оператора для ФН (содержит теги 1022/1047)", "", "", Status.LEGACY
    PAYMENT_AGENT_PHONE = 1073, Kind.STRING, 19, _MANY, "paymentAgentPhone", "Телефон платежного агента", "", "1223:C", Status.FFD12
    PAYMENT_OPERATOR_PHONE = 1074, Kind.STRING, 19, _MANY, "paymentOperatorPhone", "Телефон оператора по приему платежей", "", "1223:C", Status.FFD12
    TRANSFER_OPERATOR_PHONE = 1075, Kind.STRING, 19, _MANY, "transferOperatorPhone", "Телефон оператора перевода", "", "1223:C", Status.FFD12
    FISCAL_SIGN = 1077, Kind.BYTES, 6, _FIXED, "fiscalSign", "ФПД", "1:M 2:M 3:M 4:M 5:M 6:M 11:M 21:M 31:M 41:M", "", Status.FFD12
    OPERATOR_FISCAL_SIGN = 1078, Kind.BYTES, 16, _PLAIN, "", "ФПО", "7:M", "", Status.FFD12
    ITEM_PRICE = 1079, Kind.VLN, 6, _PLAIN, "price", "Цена за единицу предмета расчета с учетом скидок и наценок", "", "1059:M 2007:M", Status.FFD12
    BARCODE_EAN13_10 = 1080, Kind.STRING, 16, _PLAIN, "", "Штриховой код EAN13", "", "", Status.LEGACY
    CASHLESS_TOTAL_SUM = 1081, Kind.VLN, 6, _PLAIN, "ecashTotalSum", "Сумма по чеку (БСО) безналичными", "3:O 4:O 31:O 41:O", "", Status.FFD12
    CASHLESS_PAYMENT_SUM = 1082, Kind.VLN, 6, _PLAIN, "ecashSum", "Сумма оплаты безналичными", "", "1235:M", Status.EXT2025
    PAYMENT_SUBAGENT_PHONE_10 = 1083, Kind.STRING, 19, _PLAIN, "", "Телефон платежного субагента", "", "", Status.LEGACY
    USER_PROPERTY = 1084, Kind.STLV, 320, _PLAIN, "properties", "Дополнительный реквизит пользователя", "3:O 4:O 31:O 41:O 82:O", "", Status.FFD12
    USER_PROPERTY_NAME = 1085, Kind.STRING, 64, _PLAIN, "propertyName", "Наименование дополнительного реквизита пользователя", "", "1084:O", Status.FFD12
    USER_PROPERTY_VALUE = 1086, Kind.STRING, 256, _PLAIN, "propertyValue", "Значение дополнительного реквизита пользователя", "", "1084:O", Status.FFD12
    UNSENT_DOCUMENTS_COUNT = 1097, Kind.U32, 4, _FIXED, "notTransmittedDocumentsQuantity", "Количество непереданных ФД", "5:C 21:C", "", Status.FFD12
    FIRST_UNSENT_DATE = 1098, Kind.UNIXTIME, 4, _FIXED, "notTransmittedDocumentsDateTime", "Дата первого из непереданных ФД", "5:C 21:C", "", Status.FFD12
    REREGISTRATION_REASON_105 = 1101, Kind.BYTE, 1, _FIXED, "", "Код причины перерегистрации", "", "", Status.LEGACY
    VAT_SUM_20 = 1102, Kind.VLN, 6, _PLAIN, "nds18", "Сумма НДС чека по ставке 20%", "3:C 4:C 31:C 41:C", "", Status.FFD12
    VAT_SUM_10 = 1103, Kind.VLN, 6, _PLAIN, "nds10", "Сумма НДС чека по ставке 10%", "3:C 4:C 31:C 41:C", "", Status.FFD12
    TURNOVER_VAT_0 = 1104, Kind.VLN, 6, _PLAIN, "nds0", "Сумма расчета по чеку с НДС по ставке 0%", "3:C 4:C 31:C 41:C", "", Status.FFD12
    TURNOVER_NO_VAT = 1105, Kind.VLN, 6, _PLAIN, "ndsNo", "Сумма расчета по чеку без НДС", "3:C 4:C 31:C 41:C", "", Status.FFD12
    VAT_SUM_20_120 = 1106, Kind.VLN, 6, _PLAIN, "nds18118", "Сумма НДС чека по расч. ставке 20/120", "3:C 4:C 31:C 41:C", "", Status.FFD12
    VAT_SUM_10_110 = 1107, Kind.VLN, 6, _PLAIN, "nds10110", "Сумма НДС чека по расч. ставке 10/110", "3:C 4:C 31:C 41:C", "", Status.FFD12
    INTERNET_ONLY_FLAG = 1108, Kind.BYTE, 1, _FIXED, "internetSign", "Признак ККТ для расчетов только в Интернет", "3:C 4:C 31:C 41:C", "", Status.FFD12
    SERVICES_FLAG_105 = 1109, Kind.BYTE, 1, _FIXED, "", "Признак расчетов за услуги", "", "", Status.LEGACY
    BSO_AUTOMATED_FLAG_105 = 1110, Kind.BYTE, 1, _FIXED, "", "Признак АС БСО", "", "", Status.LEGACY
    SHIFT_DOCUMENTS_COUNT = 1111, Kind.U32, 4, _FIXED, "documentsQuantity", "Общее количество ФД за смену", "5:M", "", Status.FFD12
    RECEIPT_VAT_SUMS = 1115, Kind.STLV, 0, _PLAIN, "amountsReceiptNds", "Суммы НДС чека", "3:C 4:C 31:C 41:C", "", Status.EXT2025
    FIRST_UNSENT_NUMBER = 1116, Kind.U32, 4, _FIXED, "notTransmittedDocumentNumber", "Номер первого непереданного документа", "21:C", "", Status.FFD12
    SENDER_EMAIL = 1117, Kind.STRING, 64, _PLAIN, "sellerAddress", "Адрес электронной почты отправителя чека", "1:C 3:C 4:C 11:C 31:C 41:C", "", Status.FFD12
    SHIFT_RECEIPTS_COUNT = 1118, Kind.U32, 4, _FIXED, "receiptQuantity", "Количество кассовых чеков (БСО) за смену", "5:M", "", Status.FFD12
    RECEIPT_VAT_SUM_ENTRY = 1119, Kind.STLV, 0, _MANY, "amountsNds", "Сумма НДС чека", "", "1115:M", Status.EXT2025
    RECEIPT_VAT_SUM_VALUE = 1120, Kind.VLN, 6, _PLAIN, "ndsSum", "Сумма НДС", "", "1119:M", Status.EXT2025
    INTERNET_PAYMENT = 1125, Kind.BYTE, 1, _FIXED, "internetPayment", "Признак расчета в «Интернет»", "3:C 4:C 31:C 41:C", "", Status.EXT2025
    LOTTERY_FLAG_105 = 1126, Kind.BYTE, 1, _FIXED, "", "Признак проведения лотереи", "", "", Status.LEGACY
    COUNTERS_SELL = 1129, Kind.STLV, 116, _PLAIN, "sellOper", "Счетчики операций «приход»", "", "1157:O 1194:O", Status.FFD12
    COUNTERS_SELL_RETURN = 1130, Kind.STLV, 116, _PLAIN, "sellReturnOper", "Счетчики операций «возврат прихода»", "", "1157:O 1194:O", Status.FFD12
    COUNTERS_BUY = 1131, Kind.STLV, 116, _PLAIN, "buyOper", "Счетчики операций «расход»", "", "1157:O 1194:O", Status.FFD12
    COUNTERS_BUY_RETURN = 1132, Kind.STLV, 116, _PLAIN, "buyReturnOper", "Счетчики операций «возврат расхода»", "", "1157:O 1194:O", Status.FFD12
    COUNTERS_CORRECTIONS = 1133, Kind.STLV, 216, _PLAIN, "receiptCorrection", "Счетчики операций по чекам коррекции (БСО коррекции)", "", "1157:O 1194:O", Status.FFD12
    COUNTER_RECEIPTS_ALL = 1134, Kind.U32, 4, _FIXED, "totalReceiptBsoCount", "Количество чеков (БСО) и чеков коррекции (БСО коррекции) со всеми признаками расчетов", "", "1157:O 1194:O", Status.FFD12
    COUNTER_RECEIPTS_BY_TYPE = 1135, Kind.U32, 4, _FIXED, "receiptBsoCount", "Количество чеков (БСО) по признаку расчетов", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    COUNTER_CASH_SUM = 1136, Kind.VLN, 6, _PLAIN, "cashSum", "Итоговая сумма в чеках (БСО) наличными денежными средствами", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    COUNTER_CASHLESS_SUM = 1138, Kind.VLN, 6, _PLAIN, "ecashSum", "Итоговая сумма в чеках (БСО) безналичными", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    COUNTER_VAT_20 = 1139, Kind.VLN, 6, _PLAIN, "tax18Sum", "Сумма НДС по ставке 20%", "", "1129:O 1130:O 1131:O 1132:O", Status.FFD12
    COUNTER_VAT_10 = 1140, Kind.VLN, 6, _PLAIN, "tax10Sum", "Сумма НДС по ставке 10%", "", "1129:O 1130:O 1131:O 1132:O", Status.FFD12
    COUNTER_VAT_20_120 = 1141, Kind.VLN, 6, _PLAIN, "tax18118Sum", "Сумма НДС по расч. ставке 20/120", "", "1129:O 1130:O 1131:O 1132:O", Status.FFD12
    COUNTER_VAT_10_110 = 1142, Kind.VLN, 6, _PLAIN, "tax10110Sum", "Сумма НДС по расч. ставке 10/110", "", "1129:O 1130:O 1131:O 1132:O", Status.FFD12
    COUNTER_TURNOVER_VAT_0 = 1143, Kind.VLN, 6, _PLAIN, "tax0Sum", "Сумма расчетов с НДС по ставке 0%", "", "1129:O 1130:O 1131:O 1132:O", Status.FFD12
    COUNTER_CORRECTIONS = 1144, Kind.U32, 4, _FIXED, "receiptCorrectionCount", "Количество чеков коррекции (БСО коррекции) или непереданных чеков (БСО) и чеков коррекции (БСО коррекции)", "", "1133:O 1158:O", Status.FFD12
    COUNTERS_CORR_SELL = 1145, Kind.STLV, 100, _PLAIN, "sellCorrection", "Счетчики по признаку «приход»", "", "1133:O 1158:O", Status.FFD12
    COUNTERS_CORR_BUY = 1146, Kind.STLV, 100, _PLAIN, "buyCorrection", "Счетчики по признаку «расход»", "", "1133:O 1158:O", Status.FFD12
    CORRECTION_OPERATIONS_COUNT_10 = 1147, Kind.U32, 4, _FIXED, "", "Количество операций коррекции", "", "", Status.LEGACY
    SELF_CORRECTIONS_COUNT_105 = 1148, Kind.U32, 4, _FIXED, "", "Количество самостоятельных корректировок", "", "", Status.LEGACY
    ORDERED_CORRECTIONS_COUNT_105 = 1149, Kind.U32, 4, _FIXED, "", "Количество корректировок по предписанию", "", "", Status.LEGACY
    CORRECTION_SUM_10 = 1150, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций", "", "", Status.LEGACY
    CORRECTION_VAT_20_105 = 1151, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций НДС по ставке 20%", "", "", Status.LEGACY
    CORRECTION_VAT_10_105 = 1152, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций НДС по ставке 10%", "", "", Status.LEGACY
    CORRECTION_VAT_20_120_105 = 1153, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций НДС по расч. ставке 20/120", "", "", Status.LEGACY
    CORRECTION_VAT_10_110_105 = 1154, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций НДС по расч. ставке 10/110", "", "", Status.LEGACY
    CORRECTION_TURNOVER_VAT_0_105 = 1155, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций с НДС по ставке 0%", "", "", Status.LEGACY
    FN_TOTALS = 1157, Kind.STLV, 708, _PLAIN, "fiscalDriveSumReports", "Счетчики итогов ФН", "5:M 6:M 11:C 21:M", "", Status.FFD12
    UNSENT_TOTALS = 1158, Kind.STLV, 708, _PLAIN, "notTransmittedDocumentsSumReports", "Счетчики итогов непереданных ФД", "21:C", "", Status.FFD12
    PRODUCT_CODE_105 = 1162, Kind.BYTES, 32, _PLAIN, "productCode", "Код товара", "", "", Status.LEGACY
    PRODUCT_CODE = 1163, Kind.STLV, 256, _PLAIN, "productCodeNew", "Код товара", "", "1059:C", Status.FFD12
    SUPPLIER_PHONE = 1171, Kind.STRING, 19, _MANY, "providerPhone", "Телефон поставщика", "", "1224:C", Status.FFD12
    CORRECTION_TYPE = 1173, Kind.BYTE, 1, _FIXED, "correctionType", "Тип коррекции", "31:O 41:O", "", Status.FFD12
    CORRECTION_BASE = 1174, Kind.STLV, 292, _PLAIN, "сorrectionBase", "Основание для коррекции", "31:M 41:M", "", Status.FFD12
    CORRECTION_DESCRIPTION = 1177, Kind.STRING, 256, _PLAIN, "", "Наименование основания для коррекции", "", "", Status.LEGACY
    CORRECTION_DATE = 1178, Kind.UNIXTIME, 4, _FIXED, "correctionDocumentDate", "Дата совершения корректируемого расчета", "", "1174:C", Status.FFD12
    CORRECTION_ORDER_NUMBER = 1179, Kind.STRING, 32, _PLAIN, "correctionDocumentNumber", "Номер предписания налогового органа", "", "1174:C", Status.FFD12
    COUNTER_TURNOVER_NO_VAT = 1183, Kind.VLN, 6, _PLAIN, "taxFreeSum", "Сумма расчетов без НДС", "", "1129:O 1130:O 1131:O 1132:O", Status.FFD12
    CORRECTION_TURNOVER_NO_VAT_105 = 1184, Kind.VLN, 8, _PLAIN, "", "Сумма коррекций без НДС", "", "", Status.LEGACY
    RETAIL_PLACE = 1187, Kind.STRING, 256, _PLAIN, "retailPlace", "Место расчетов", "1:M 2:PM 3:M 4:M 5:PM 6:M 11:M 21:PM 31:M 41:M", "", Status.FFD12
    KKT_VERSION = 1188, Kind.STRING, 8, _PLAIN, "kktVersion", "Версия ККТ", "1:M 2:M 11:M", "", Status.FFD12
    FFD_VERSION_KKT = 1189, Kind.BYTE, 1, _FIXED, "documentKktVersion", "Версия ФФД ККТ", "1:M 2:M 11:M", "", Status.FFD12
    FFD_VERSION_FN = 1190, Kind.BYTE, 1, _FIXED, "documentFdVersion", "Версия ФФД ФН", "1:M 11:M", "", Status.FFD12
    ITEM_PROPERTY = 1191, Kind.STRING, 64, _PLAIN, "propertiesItem", "Дополнительный реквизит предмета расчета", "", "1059:O", Status.FFD12
    RECEIPT_PROPERTY = 1192, Kind.STRING, 16, _PLAIN, "propertiesData", "Дополнительный реквизит чека (БСО)", "3:O 4:O 31:O 41:O", "", Status.FFD12
    GAMBLING_FLAG_105 = 1193, Kind.BYTE, 1, _FIXED, "", "Признак проведения азартных игр", "", "", Status.LEGACY
    SHIFT_TOTALS = 1194, Kind.STLV, 708, _PLAIN, "shiftSumReports", "Счетчики итогов смены", "5:M", "", Status.FFD12
    QR_CODE = 1196, Kind.STRING, 0, _PLAIN, "", "QR-код", "3:PM 4:PM 31:PO 41:PO", "", Status.FFD12
    UNIT_TEXT_105 = 1197, Kind.STRING, 16, _PLAIN, "unit", "Единица измерения предмета расчета", "", "", Status.LEGACY
    VAT_PER_UNIT = 1198, Kind.VLN, 6, _PLAIN, "unitNds", "Размер НДС за единицу предмета расчета", "", "1059:O", Status.FFD12
    VAT_RATE = 1199, Kind.BYTE, 1, _FIXED, "nds", "Ставка НДС", "", "1059:C 1119:M 2007:M", Status.FFD12
    ITEM_VAT_SUM = 1200, Kind.VLN, 6, _PLAIN, "ndsSum", "Сумма НДС за предмет расчета", "", "1059:O 2007:M", Status.FFD12
    COUNTER_TOTAL_SUM = 1201, Kind.VLN, 6, _PLAIN, "totalSum", "Общая итоговая сумма в чеках (БСО)", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    CASHIER_INN = 1203, Kind.STRING, 12, _PADDED, "operatorInn", "ИНН кассира", "1:O 2:O 3:O 4:O 5:O 6:O 11:O 31:O 41:O", "", Status.FFD12
    REGISTRATION_CHANGE_REASONS = 1205, Kind.BITMASK32, 4, _FIXED, "correctionKktReasonCode", "Коды причин изменения сведений о ККТ", "11:M", "", Status.FFD12
    OPERATOR_MESSAGE_FLAGS = 1206, Kind.BITMASK8, 1, _FIXED, "operatorMessage", "Сообщение оператора", "2:C 5:C 7:C", "", Status.FFD12
    EXCISE_FLAG_105 = 1207, Kind.BYTE, 1, _FIXED, "", "Признак торговли подакцизными товарами", "", "", Status.LEGACY
    RECEIPTS_SITE = 1208, Kind.STRING, 256, _PLAIN, "", "Сайт для получения чека", "", "", Status.FFD12
    FFD_VERSION = 1209, Kind.BYTE, 1, _FIXED, "fiscalDocumentFormatVer", "Номер версии ФФД", "1:M 2:M 3:M 4:M 5:M 6:M 11:M 21:M 31:M 41:M", "", Status.FFD12
    PAYMENT_SUBJECT = 1212, Kind.BYTE, 1, _FIXED, "productType", "Признак предмета расчета", "", "1059:O", Status.FFD12
    FN_KEYS_RESOURCE_DAYS = 1213, Kind.U16, 2, _FIXED, "fdKeyResource", "Ресурс ключей ФП", "1:M 5:M 11:M 21:M", "", Status.FFD12
    PAYMENT_METHOD = 1214, Kind.BYTE, 1, _FIXED, "paymentType", "Признак способа расчета", "", "1059:O 2007:M", Status.FFD12
    PREPAID_SUM = 1215, Kind.VLN, 6, _PLAIN, "prepaidSum", "Сумма по чеку (БСО) предоплатой (зачетом аванса и (или) предыдущих платежей)", "3:O 4:O 31:O 41:O", "", Status.FFD12
    CREDIT_SUM = 1216, Kind.VLN, 6, _PLAIN, "creditSum", "Сумма по чеку (БСО) постоплатой (в кредит)", "3:O 4:O 31:O 41:O", "", Status.FFD12
    PROVISION_SUM = 1217, Kind.VLN, 6, _PLAIN, "provisionSum", "Сумма по чеку (БСО) встречным предоставлением", "3:O 4:O 31:O 41:O", "", Status.FFD12
    COUNTER_PREPAID_SUM = 1218, Kind.VLN, 6, _PLAIN, "prepaidSum", "Итоговая сумма в чеках (БСО) предоплатами (авансами)", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    COUNTER_CREDIT_SUM = 1219, Kind.VLN, 6, _PLAIN, "creditSum", "Итоговая сумма в чеках (БСО) постоплатами (кредитами)", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    COUNTER_PROVISION_SUM = 1220, Kind.VLN, 6, _PLAIN, "provisionSum", "Итоговая сумма в чеках (БСО) встречными предоставлениями", "", "1129:O 1130:O 1131:O 1132:O 1145:O 1146:O 1232:O 1233:O", Status.FFD12
    PRINTER_IN_MACHINE_FLAG_105 = 1221, Kind.BYTE, 1, _FIXED, "", "Признак установки принтера в автомате", "", "", Status.LEGACY
    AGENT_TYPE_ITEM = 1222, Kind.BITMASK8, 1, _FIXED, "paymentAgentByProductType", "Признак агента по предмету расчета", "", "1059:O 2007:C", Status.FFD12
    AGENT_DATA = 1223, Kind.STLV, 512, _PLAIN, "paymentAgentData", "Данные агента", "", "1059:O 2007:C", Status.FFD12
    SUPPLIER_DATA = 1224, Kind.STLV, 512, _PLAIN, "providerData", "Данные поставщика", "", "1059:O 2007:C", Status.FFD12
    SUPPLIER_NAME = 1225, Kind.STRING, 256, _PLAIN, "providerName", "Наименование поставщика", "", "1224:C", Status.FFD12
    SUPPLIER_INN = 1226, Kind.STRING, 12, _PADDED, "providerInn", "ИНН поставщика", "", "1059:O 2007:C", Status.FFD12
    BUYER_NAME = 1227, Kind.STRING, 256, _PLAIN, "buyer", "Покупатель (клиент)", "", "1256:C", Status.FFD12
    BUYER_INN = 1228, Kind.STRING, 12, _PADDED, "buyerInn", "ИНН покупателя (клиента)", "82:C", "1256:C", Status.FFD12
    EXCISE = 1229, Kind.VLN, 6, _PLAIN, "exciseDuty", "Акциз", "", "1059:O", Status.FFD12
    ORIGIN_COUNTRY_CODE = 1230, Kind.STRING, 3, _PADDED, "originCountryCode", "Код страны происхождения товара", "", "1059:O", Status.FFD12
    CUSTOMS_DECLARATION_NUMBER = 1231, Kind.STRING, 32, _PLAIN, "customEntryNum", "Номер декларации на товар", "", "1059:O", Status.FFD12
    COUNTERS_CORR_SELL_RETURN = 1232, Kind.STLV, 100, _PLAIN, "sellReturnCorrection", "Счетчики по признаку «возврат прихода»", "", "1133:O 1158:O", Status.FFD12
    COUNTERS_CORR_BUY_RETURN = 1233, Kind.STLV, 100, _PLAIN, "buyReturnCorrection", "Счетчики по признаку «возврат расхода»", "", "1133:O 1158:O", Status.FFD12
    CASHLESS_PAYMENTS = 1234, Kind.STLV, 0, _PLAIN, "allECashProp", "Сведения обо всех оплатах по чеку безналичными", "3:O 4:O 31:O 41:O", "", Status.EXT2025
    CASHLESS_PAYMENT = 1235, Kind.STLV, 0, _MANY, "ecashProp", "Сведения об оплате безналичными", "", "1234:M", Status.EXT2025
    CASHLESS_PAYMENT_METHOD = 1236, Kind.BYTE, 1, _FIXED, "ecashSign", "Признак способа оплаты безналичными", "", "1235:M", Status.EXT2025
    CASHLESS_PAYMENT_IDS = 1237, Kind.STRING, 256, _PLAIN, "ecashIdent", "Идентификаторы безналичной оплаты", "", "1235:M", Status.EXT2025
    CASHLESS_PAYMENT_EXTRA = 1238, Kind.STRING, 256, _PLAIN, "ecashAddInfo", "Дополнительные сведения о безналичной оплате", "", "1235:O", Status.EXT2025
    BUYER_BIRTHDAY = 1243, Kind.STRING, 10, _FIXED, "buyerBirthday", "Дата рождения покупателя (клиента)", "", "1256:C", Status.FFD12
    BUYER_CITIZENSHIP = 1244, Kind.STRING, 3, _PADDED, "buyerCitizenship", "Гражданство", "", "1256:O", Status.FFD12
    BUYER_DOCUMENT_CODE = 1245, Kind.STRING, 32, _PLAIN, "buyerDocumentCode", "Код вида документа, удостоверяющего личность", "", "1256:C", Status.FFD12
    BUYER_DOCUMENT_DATA = 1246, Kind.STRING, 64, _PLAIN, "buyerDocumentData", "Данные документа, удостоверяющего личность", "", "1256:C", Status.FFD12
    BUYER_ADDRESS = 1254, Kind.STRING, 256, _PLAIN, "buyerAddress", "Адрес покупателя (клиента)", "", "1256:O", Status.FFD12
    BUYER_INFO = 1256, Kind.STLV, 1024, _PLAIN, "buyerInformation", "Сведения о покупателе (клиенте)", "3:O 4:O 31:O 41:O", "", Status.FFD12
    ITEM_INDUSTRY_DETAILS = 1260, Kind.STLV, 317, _MANY, "itemsIndustryDetails", "Отраслевой реквизит предмета расчета", "", "1059:C 2007:C", Status.FFD12
    RECEIPT_INDUSTRY_DETAILS = 1261, Kind.STLV, 317, _MANY, "industryReceiptDetails", "Отраслевой реквизит чека", "3:C 4:C 31:C 41:C 82:C", "", Status.FFD12
    FOIV_ID = 1262, Kind.STRING, 3, _PLAIN, "idFoiv", "Идентификатор ФОИВ", "", "1260:O 1261:O", Status.FFD12
    FOUNDATION_DOC_DATE = 1263, Kind.STRING, 10, _FIXED, "foundationDocDateTime", "Дата документа основания", "", "1260:O 1261:O", Status.FFD12
    FOUNDATION_DOC_NUMBER = 1264, Kind.STRING, 32, _PLAIN, "foundationDocNumber", "Номер документа основания", "", "1260:O 1261:O", Status.FFD12
    INDUSTRY_VALUE = 1265, Kind.STRING, 256, _PLAIN, "industryPropValue", "Значение отраслевого реквизита", "", "1260:O 1261:O", Status.FFD12
    OPERATIONAL_DETAILS = 1270, Kind.STLV, 144, _PLAIN, "operationalDetails", "Операционный реквизит чека", "3:C 4:C 31:C 41:C", "", Status.FFD12
    OPERATION_ID = 1271, Kind.BYTE, 1, _FIXED, "operationId", "Идентификатор операции", "", "1270:C", Status.FFD12
    OPERATION_DATA = 1272, Kind.STRING, 64, _PLAIN, "operationData", "Данные операции", "", "1270:C", Status.FFD12
    OPERATION_DATETIME = 1273, Kind.UNIXTIME, 4, _FIXED, "dateTime", "Дата, время операции", "", "1270:C", Status.FFD12
    EXTRA_PROP_REGISTRATION = 1274, Kind.STRING, 32, _PLAIN, "additionalPropsFRC", "Дополнительный реквизит ОР", "1:C 11:C", "", Status.FFD12
    EXTRA_DATA_REGISTRATION = 1275, Kind.BYTES, 32, _PLAIN, "additionalDataFRC", "Дополнительные данные ОР", "1:C 11:C", "", Status.FFD12
    EXTRA_PROP_OPEN_SHIFT = 1276, Kind.STRING, 32, _PLAIN, "additionalPropsOS", "Дополнительный реквизит ООС", "2:C", "", Status.FFD12
    EXTRA_DATA_OPEN_SHIFT = 1277, Kind.BYTES, 32, _PLAIN, "additionalDataOS", "Дополнительные данные ООС", "2:C", "", Status.FFD12
    EXTRA_PROP_CLOSE_SHIFT = 1278, Kind.STRING, 32, _PLAIN, "additionalPropsCS", "Дополнительный реквизит ОЗС", "5:C", "", Status.FFD12
    EXTRA_DATA_CLOSE_SHIFT = 1279, Kind.BYTES, 32, _PLAIN, "additionalDataCS", "Дополнительные данные ОЗС", "5:C", "", Status.FFD12
    EXTRA_PROP_CURRENT_STATE = 1280, Kind.STRING, 32, _PLAIN, "additionalPropsCSR", "Дополнительный реквизит ОТР", "21:C", "", Status.FFD12
    EXTRA_DATA_CURRENT_STATE = 1281, Kind.BYTES, 32, _PLAIN, "additionalDataCSR", "Дополнительные данные ОТР", "21:C", "", Status.FFD12
    EXTRA_PROP_CLOSE_FN = 1282, Kind.STRING, 32, _PLAIN, "additionalPropsCA", "Дополнительный реквизит ОЗФН", "6:C", "", Status.FFD12
    EXTRA_DATA_CLOSE_FN = 1283, Kind.BYTES, 32, _PLAIN, "additionalDataCA", "Дополнительные данные ОЗФН", "6:C", "", Status.FFD12
    KKT_USAGE_FLAGS = 1290, Kind.BITMASK32, 4, _FIXED, "usageConditionSigns", "Признаки условий применения ККТ", "1:M 11:M", "", Status.FFD12
    MARKED_FRACTION = 1291, Kind.STLV, 52, _PLAIN, "labeledProdFractionalQuantity", "Дробное количество маркированного товара", "81:C", "1059:C 2007:C", Status.FFD12
    MARKED_FRACTION_TEXT = 1292, Kind.STRING, 24, _PLAIN, "fractionalPart", "Дробная часть", "", "1291:M", Status.FFD12
    MARKED_FRACTION_NUMERATOR = 1293, Kind.VLN, 8, _PLAIN, "numerator", "Числитель", "", "1291:M", Status.FFD12
    MARKED_FRACTION_DENOMINATOR = 1294, Kind.VLN, 8, _PLAIN, "denominator", "Знаменатель", "", "1291:M", Status.FFD12
    KT_UNRECOGNIZED = 1300, Kind.STRING, 32, _PLAIN, "undefined", "КТ Н", "", "1163:C", Status.FFD12
    KT_EAN8 = 1301, Kind.STRING, 8, _FIXED, "ean8", "КТ EAN-8", "", "1163:C", Status.FFD12
    KT_EAN13 = 1302, Kind.STRING, 13, _FIXED, "ean13", "КТ EAN-13", "", "1163:C", Status.FFD12
    KT_ITF14 = 1303, Kind.STRING, 14, _FIXED, "itf14", "КТ ITF-14", "", "1163:C", Status.FFD12
    KT_GS10 = 1304, Kind.STRING, 38, _PLAIN, "gs1", "КТ GS1.0", "", "1163:C", Status.FFD12
    KT_GS1M = 1305, Kind.STRING, 38, _PLAIN, "gs1m", "КТ GS1.М", "", "1163:C", Status.FFD12
    KT_KMK = 1306, Kind.STRING, 38, _PLAIN, "kmk", "КТ КМК", "", "1163:C", Status.FFD12
    KT_MI = 1307, Kind.STRING, 20, _FIXED, "mi", "КТ МИ", "", "1163:C", Status.FFD12
    KT_EGAIS20 = 1308, Kind.STRING, 23, _FIXED, "egais2", "КТ ЕГАИС-2.0", "", "1163:C", Status.FFD12
    KT_EGAIS30 = 1309, Kind.STRING, 14, _FIXED, "egais3", "КТ ЕГАИС-3.0", "", "1163:C", Status.FFD12
    KT_F1 = 1320, Kind.STRING, 32, _PLAIN, "f1", "КТ Ф.1", "", "1163:C", Status.FFD12
    KT_F2 = 1321, Kind.STRING, 32, _PLAIN, "f2", "КТ Ф.2", "", "1163:C", Status.FFD12
    KT_F3 = 1322, Kind.STRING, 32, _PLAIN, "f3", "КТ Ф.3", "", "1163:C", Status.FFD12
    KT_F4 = 1323, Kind.STRING, 32, _PLAIN, "f4", "КТ Ф.4", "", "1163:C", Status.FFD12
    KT_F5 = 1324, Kind.STRING, 32, _PLAIN, "f5", "КТ Ф.5", "", "1163:C", Status.FFD12
    KT_F6 = 1325, Kind.STRING, 32, _PLAIN, "f6", "КТ Ф.6", "", "1163:C", Status.FFD12
    MARKING_CODE = 2000, Kind.STRING, 256, _PLAIN, "", "Код маркировки", "81:M", "2007:M", Status.MARKING
    MC_REQUEST_NUMBER = 2001, Kind.U32, 4, _FIXED, "", "Номер запроса", "81:M 83:M", "", Status.MARKING
    MC_NOTIFICATION_NUMBER = 2002, Kind.U32, 4, _FIXED, "", "Номер уведомления", "82:M 84:M", "", Status.MARKING
    PLANNED_ITEM_STATUS = 2003, Kind.BYTE, 1, _FIXED, "", "Планируемый статус товара", "81:M", "", Status.FFD12
    MC_CHECK_RESULT_FN = 2004, Kind.BITMASK8, 1, _FIXED, "", "Результат проверки КМ", "81:M", "", Status.MARKING
    MC_REQUEST_RESULTS = 2005, Kind.BITMASK8, 1, _FIXED, "", "Результаты обработки запроса", "83:C", "", Status.MARKING
    MC_NOTIFICATION_RESULTS = 2006, Kind.BYTE, 1, _FIXED, "", "Результаты обработки уведомления", "84:C", "", Status.MARKING
    MARKED_ITEM_DATA = 2007, Kind.STLV, 512, _MANY, "", "Данные о маркированном товаре", "82:M", "", Status.MARKING
    NOTIFICATION_RECEIPT_FD_NUMBER = 2040, Kind.U32, 4, _FIXED, "", "Номер ФД кассового чека (кассового чека коррекции)", "82:C", "", Status.EXT2025
    MARKING_CODE_TYPE = 2100, Kind.BYTE, 1, _FIXED, "", "Тип кода маркировки", "81:M 83:C", "2007:M", Status.MARKING
    ITEM_IDENTIFIER = 2101, Kind.STRING, 38, _PLAIN, "", "Идентификатор товара", "83:C", "2007:M", Status.MARKING
    MC_PROCESSING_MODE = 2102, Kind.BYTE, 1, _FIXED, "labelCodeProcesMode", "Режим обработки кода маркировки", "81:M 83:C", "1059:O 2007:M", Status.FFD12
    UNSENT_NOTIFICATIONS_COUNT = 2104, Kind.U32, 4, _FIXED, "undeliveredNotificationsNumber", "Количество непереданных уведомлений", "5:C 21:C", "", Status.FFD12
    MC_REQUEST_STATUS_CODE = 2105, Kind.BYTE, 1, _FIXED, "", "Коды обработки запроса", "83:M", "", Status.MARKING
    ITEM_CHECK_RESULT = 2106, Kind.BITMASK8, 1, _FIXED, "checkingProdInformationResult", "Результат проверки сведений о товаре", "", "1059:O 2007:M", Status.FFD12
    MARKED_ITEMS_CHECK_RESULT = 2107, Kind.BYTE, 1, _FIXED, "checkingLabeledProdResult", "Результаты проверки маркированных товаров", "3:C 4:C 31:O 41:O", "", Status.FFD12
    QUANTITY_MEASURE = 2108, Kind.BYTE, 1, _FIXED, "itemsQuantityMeasure", "Мера количества предмета расчета", "81:C", "1059:C 2007:C", Status.FFD12
    OISM_STATUS_ANSWER = 2109, Kind.BYTE, 1, _FIXED, "", "Ответ ОИСМ о статусе товара", "83:C", "", Status.MARKING
    ASSIGNED_ITEM_STATUS = 2110, Kind.BYTE, 1, _FIXED, "", "Присвоенный статус товара", "", "2007:M", Status.MARKING
    MC_NOTIFICATION_STATUS_CODE = 2111, Kind.BYTE, 1, _FIXED, "", "Коды обработки уведомления", "84:M", "", Status.MARKING
    INCORRECT_MC_FLAGS = 2112, Kind.BITMASK8, 1, _FIXED, "invalidLabelCodesSign", "Признак некорректных кодов маркировки", "5:C", "", Status.FFD12
    INCORRECT_REQUESTS_FLAGS = 2113, Kind.BITMASK8, 1, _FIXED, "invalidRequestsNotificationsSign", "Признак некорректных запросов и уведомлений", "5:C", "", Status.FFD12
    MC_REQUEST_DATETIME = 2114, Kind.UNIXTIME, 4, _PLAIN, "", "Дата и время запроса", "81:M 83:M", "", Status.MARKING
    MC_CONTROL_CODE = 2115, Kind.STRING, 4, _FIXED, "controlCode", "Контрольный код КМ", "", "1059:C 2007:M", Status.FFD12
    OPERATION_KIND = 2116, Kind.BITMASK8, 1, _FIXED, "", "Вид операции", "82:M", "", Status.MARKING


_BY_NUMBER: Mapping[int, Tag] = {int(tag): tag for tag in Tag}


def known(number: int) -> Tag | None:
    """Return the tag of this number, None for one that the table does not name."""
    return _BY_NUMBER.get(number)

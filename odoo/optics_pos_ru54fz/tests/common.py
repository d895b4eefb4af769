import copy
import uuid

from odoo.addons.point_of_sale.tests.common import TestPoSCommon
from odoo.tests import new_test_user

FN = "9999078900000961"


def receipt_body(fd=1, total=1_249_000, **changes):
    """A `receipt.fiscalised` of one frame paid by card; `changes` replace top-level fields."""
    body = {
        "type": "receipt.fiscalised",
        "till": "till-001",
        "receipt_id": str(uuid.uuid4()),
        "key": str(uuid.uuid4()),
        "receipt": {
            "operation": 1,
            "lines": [line("FR-0012", "Оправа", total)],
            "payments": [{"tender": "card", "amount": total}],
            "buyer_contact": "+79161234567",
        },
        "cashier": {"name": "Иванова А. П.", "inn": "500100732259"},
        "document": {
            "fn": FN,
            "fd": fd,
            "fp": 305419896,
            "at": "2026-11-21T12:34",
            "form": 3,
            "shift": 5,
            "number": 17,
            "total": total,
            "qr": "t=20261121T1234",
        },
        "original_receipt_id": None,
    }
    return copy.deepcopy({**body, **changes})


def line(sku, name, total, quantity=1, price=None, vat=6):
    return {
        "name": name,
        "sku": sku,
        "quantity": quantity * 1_000_000,
        "price": price if price is not None else total // quantity,
        "total": total,
        "vat": vat,
        "method": 4,
        "subject": 1,
    }


class TillCase(TestPoSCommon):
    """A company with a till, taxes of 22 % and 10 % in the price, a frame, and the bridge's user."""

    @classmethod
    def setUpClass(cls, chart_template_ref=None):
        super().setUpClass(chart_template_ref=chart_template_ref)
        cls.config = cls.basic_config
        cls.shop = cls.env["optics.shop"].create(
            {"name": "Магазин", "code": "М1", "company_id": cls.company.id}
        )
        cls.config.write({"till_code": "till-001", "shop_id": cls.shop.id})
        cls.tax_22, cls.tax_10 = cls.env["account.tax"].create(
            [
                {
                    "name": f"НДС {rate}%",
                    "vat_label": f"{rate}%",
                    "amount": rate,
                    "price_include": True,
                    "type_tax_use": "sale",
                }
                for rate in (22, 10)
            ]
        )
        cls.frame = cls.create_product("Оправа", cls.categ_basic, 12490, sale_account=cls.sale_account)
        cls.frame.write({"default_code": "FR-0012", "detailed_type": "product"})
        cls.bridge = new_test_user(
            cls.env,
            "bridge",
            groups="base.group_user,optics_pos_ru54fz.group_till_bridge",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def book(self, *bodies):
        return self.env["pos.order"].with_user(self.bridge).book_receipts(list(bodies))

    def booked(self, body):
        return self.env["pos.order"].search([("fiscal_uid", "=", body["receipt_id"])])

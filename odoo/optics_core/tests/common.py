from datetime import date

from odoo.tests import TransactionCase, new_test_user


class OpticsCase(TransactionCase):
    """A shop with its people, a patient with a prescription, a lens that exists and a lab that makes it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")  # a database made in Russian has put it away
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "no_reset_password": True, "lang": "en_US"}
        )
        cls.calendar = cls.env["resource.calendar"].create({"name": "Five days", "tz": "Europe/Moscow"})
        cls.shop, cls.other_shop = cls.env["optics.shop"].create(
            [
                {"name": "Nevsky", "code": "T1", "calendar_id": cls.calendar.id},
                {"name": "Ligovka", "code": "T2", "calendar_id": cls.calendar.id},
            ]
        )
        cls.cashier = cls._user("cashier")
        cls.optician = cls._user("optician")
        cls.manager = cls._user("manager")
        cls.accountant = cls._user("accountant")
        cls.shop.manager_id = cls.manager
        cls.shop.user_ids = cls.cashier | cls.optician | cls.manager
        cls.patient, cls.parent = cls.env["res.partner"].create(
            [{"name": "Anna Petrova"}, {"name": "Irina Petrova", "mobile": "+7 921 000-00-01"}]
        )
        cls.lens = cls.env["optics.lens"].create(
            {
                "name": "Basis 1.50 HMC",
                "code": "B150",
                "range_ids": [
                    (0, 0, {"diameter": 70, "sph_min": -6, "sph_max": 4, "cyl_min": -2, "stock": True}),
                    (0, 0, {"diameter": 65, "sph_min": -8, "sph_max": 6, "cyl_min": -4, "days": 5}),
                ],
            }
        )
        cls.lab = cls.env["optics.lab"].create({"name": "Workshop", "work_price": 350})
        cls.prescription = cls._prescription()

    @classmethod
    def _user(cls, role):
        return new_test_user(cls.env, f"optics_{role}", groups=f"optics_core.group_{role}", lang="en_US")

    @classmethod
    def _prescription(cls, issued_on=None, **powers):
        values = {"od_sph": -1.25, "od_cyl": -0.5, "od_axis": 90, "od_pd": 31.5, "os_sph": -1.5, "os_pd": 32}
        return cls.env["optics.prescription"].create(
            {
                "patient_id": cls.patient.id,
                "shop_id": cls.shop.id,
                "issued_on": issued_on or date.today(),
                "set_ids": [(0, 0, {**values, **powers})],
            }
        )

    @classmethod
    def _order(cls, **values):
        return cls.env["optics.manufacturing.order"].create(
            {
                "patient_id": cls.patient.id,
                "shop_id": cls.shop.id,
                "prescription_id": cls.prescription.id,
                "lens_od_id": cls.lens.id,
                "lens_os_id": cls.lens.id,
                "lab_id": cls.lab.id,
                **values,
            }
        )

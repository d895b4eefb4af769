import base64

from odoo.tests import TransactionCase, new_test_user

from . import price_lists


def quiet(_phase, _position, _total):
    """No progress bar to feed."""


class ConnectorSetup:
    """Taxes of the law, no tills, profile C, an importing user and a manager who may override."""

    @classmethod
    def setUpConnector(cls):
        cls.env["pos.config"].search([]).write({"till_code": False})
        cls.env["pos.offline.buffer.status"].search([]).unlink()
        for label, amount in (("22%", 22), ("10%", 10)):
            if not cls.env["account.tax"]._vat_on(label, "2026-11-21"):
                cls.env["account.tax"].create(
                    {
                        "name": label,
                        "amount": amount,
                        "vat_label": label,
                        "price_include": True,
                        "type_tax_use": "sale",
                    }
                )
        cls.profile = cls.env.ref("connector_b.profile_c")
        cls.purchaser = new_test_user(
            cls.env, "purchaser", groups="optics_core.group_purchasing", lang="en_US"
        )
        cls.manager = new_test_user(
            cls.env, "overseer", groups="optics_core.group_administrator", lang="en_US"
        )

    @classmethod
    def job(cls, data, profile=None, name="prices.csv", user=None, **values):
        if isinstance(data, list):
            data = price_lists.as_csv(data)
        jobs = cls.env["connector.import"].with_user(user or cls.purchaser)
        return jobs.create(
            {
                "profile_id": (profile or cls.profile).id,
                "file": base64.b64encode(data),
                "file_name": name,
                **values,
            }
        )

    def checked(self, data, **options):
        job = self.job(data, **options)
        job.action_check()
        self.assertEqual(job.state, "checked", job.failure)
        return job

    def imported(self, data, **options):
        job = self.checked(data, **options)
        job.action_confirm_all()
        job.action_import()
        self.assertEqual(job.state, "done", job.failure)
        return job

    def product(self, number):
        return self.env["product.product"].search([("default_code", "=", f"SG-{number:05d}")])

    def found(self, job, **domain):
        messages = job.finding_ids.sorted(lambda message: (message.row, message.id))
        messages = messages.filtered(lambda m: all(m[name] == value for name, value in domain.items()))
        return [(message.row, message.code, message.done) for message in messages]

    def plans(self, job):
        return [(line.row, line.kind, line.done) for line in job.line_ids.sorted("row")]


class ConnectorCase(ConnectorSetup, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.setUpConnector()

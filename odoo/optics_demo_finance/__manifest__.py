{
    "name": "Optics Demo: money of the shops",
    "summary": "Cash desks, a collection, a write-off and stock differences of the demo chain; never for production",
    "version": "17.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "OpticsERP",
    "license": "LGPL-3",
    "depends": ["optics_demo", "ru_accounting_extras"],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
    "installable": True,
}

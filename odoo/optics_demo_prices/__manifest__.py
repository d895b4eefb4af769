{
    "name": "Optics Demo: tills and price lists",
    "summary": "Health of the demo chain's tills and price lists of three suppliers; never for production",
    "version": "17.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "OpticsERP",
    "license": "LGPL-3",
    "depends": ["optics_demo", "connector_b"],
    "post_init_hook": "post_init_hook",
    "auto_install": True,
    "installable": True,
}

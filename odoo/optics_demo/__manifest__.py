{
    "name": "Optics Demo",
    "summary": "A chain of three shops in St Petersburg with a week of work in it; never for production",
    "version": "17.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "OpticsERP",
    "license": "LGPL-3",
    "depends": ["optics_setup"],
    "data": [
        "data/shops.xml",
        "data/people.xml",
        "data/goods.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "installable": True,
}

{
    "name": "Optics Setup",
    "summary": "Makes the company Russian: roubles, VAT rates with their dates, language, working days",
    "version": "17.0.1.0.0",
    "category": "Sales/Point of Sale",
    "author": "OpticsERP",
    "license": "LGPL-3",
    "depends": ["optics_core", "account", "stock_account"],
    "post_init_hook": "post_init_hook",
    "installable": True,
}

from . import shop_cash_receive
from . import shop_profit_wizard

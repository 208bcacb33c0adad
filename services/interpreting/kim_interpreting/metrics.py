"""Every metric of this service, declared once. No label ever holds a person, a case or a number of an order."""

from prometheus_client import Counter

ORDER_STEPS = Counter("kim_interpreting_order_steps", "Orders that reached a state", ["state"])
MOVEMENTS = Counter("kim_interpreting_pot_movements", "Movements booked in the ledger", ["kind"])
REFUSALS = Counter("kim_interpreting_order_refusals", "Orders refused, by the code of the reason", ["reason"])

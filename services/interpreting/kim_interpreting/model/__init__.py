"""What is kept: pots and their movements, orders, interpreters, invoices, and what was learned of cases."""

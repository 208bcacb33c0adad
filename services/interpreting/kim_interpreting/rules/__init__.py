"""What holds: tariffs, the pots' rules, the arithmetic of money, next steps. Plain Python, no input or output."""

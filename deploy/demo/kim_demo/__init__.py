"""The demonstration: three organisations on one machine, the Aachen scenario of 2022 played through them, and the report at its end."""

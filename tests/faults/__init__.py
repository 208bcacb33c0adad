"""The attack on the bus: services under load on a real broker and a real database, a seeded schedule of faults, and a checker.

`./kim faults --seed N --minutes M` runs it as long as one likes; `test_attack.py` runs three fixed seeds. The product knows nothing of
it: what is hooked is hooked in `hooks.py`, in the start code of the test's own processes.
"""

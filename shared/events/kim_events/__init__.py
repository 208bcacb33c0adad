"""What is said between services: every event type, once.

An event is a CloudEvent in structured mode: the whole event is the body, and the exact bytes of the body are what is stored, signed and
compared. The types are in `types/`; `catalogue.CATALOGUE` lists them.
"""

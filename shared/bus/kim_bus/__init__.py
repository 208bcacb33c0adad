"""How events are carried: an outbox in the transaction of the act, an inbox in the transaction of the effect, and a courier between.

The bus knows no service. A service calls `outbox.emit`, lists its `Reaction`s, and runs one `Courier`.
"""

"""The peers: the libraries a Python team would otherwise take, each with its best reasonable settings.

They have no outbox: the sender commits its row and then publishes, so what is committed and not yet published is lost with the process.
"""

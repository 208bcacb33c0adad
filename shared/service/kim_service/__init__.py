"""How a service is put together and started: its parts in one record, and the commands every service has."""

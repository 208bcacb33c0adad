"""What every process of a service stands on: settings, clocks, database, migrations, logs, and the act that runs through them."""

"""The tiers of the tests: an unmarked test is quick, a marked one needs what its marker names."""

TIERS = ("rabbitmq", "postgres", "browser", "containers", "node", "slow")

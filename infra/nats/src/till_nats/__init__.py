"""The till's NATS server: configuration, accounts, provisioning, drift check."""

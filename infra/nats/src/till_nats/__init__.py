"""The till's NATS server: keys, configuration, provisioning."""

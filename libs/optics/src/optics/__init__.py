"""The `optics` command: provision, demo, smoke."""

"""The `optics` command, and a whole till as one object: `optics.stack.TillStack`."""

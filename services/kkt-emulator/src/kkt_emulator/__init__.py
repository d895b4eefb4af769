"""A virtual KKT with its FN: real protocol on TCP and pty."""

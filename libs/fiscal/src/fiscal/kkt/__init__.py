"""Штрих-М protocol: frames, command table, error codes, tax codes. Sans-I/O: bytes in, values out."""

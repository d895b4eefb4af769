"""Ledger of the till: accepts receipts, owns BUFFER and EVENTS."""

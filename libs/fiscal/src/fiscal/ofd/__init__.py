"""What a KKT and the operator of fiscal data say to each other (KKT-OFD protocol 1.2 of the tax service)."""

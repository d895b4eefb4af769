"""Russian fiscal documents (54-FZ, FFD 1.2), KKT and OFD codecs; no I/O, no clock."""

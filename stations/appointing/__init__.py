"""Appointing people on duty: stations, their pairing, hand-overs, revoking."""

"""The door: stations, cards, scans, paper."""

"""Drills: practising on an invented outbreak that can never mix with real people."""

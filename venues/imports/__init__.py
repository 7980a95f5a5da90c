"""Bringing venues in from spreadsheets: checked first, the good rows brought in when asked to."""

"""Tracers' keys: setting up, unlocking for minutes, who holds one, and who looked at whom."""

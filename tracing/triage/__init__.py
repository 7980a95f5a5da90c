"""Triage before calls: who may be a close contact, in bands, and what a tracer decides."""

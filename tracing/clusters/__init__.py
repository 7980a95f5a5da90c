"""Backward tracing: venues where several cases met or passed."""

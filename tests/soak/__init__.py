"""`make soak`: long runs that look for what no test thought of."""

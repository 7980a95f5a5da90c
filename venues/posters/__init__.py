"""The printed poster of a venue."""

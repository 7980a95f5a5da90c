"""Officials bring venues in: the list, what was found in it, the decision, what came of it."""

"""Cases: finding a person, opening a case, where it was, correcting it, and forgetting it."""

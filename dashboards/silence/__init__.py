"""Silent venues: which there are, why, what officials do about them, and how the list goes down."""

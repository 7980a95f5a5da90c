"""Our card: twenty digits to carry, printed for oneself, a family, or people without a phone."""

"""An area as circles at the points of its units, sized by one number and stepped by another."""

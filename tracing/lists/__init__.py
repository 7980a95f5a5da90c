"""Lists of contacts taken away: to call from, and for the health station of a commune."""

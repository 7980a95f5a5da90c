"""Publishing where a case was: place and period, and messages to the owners."""

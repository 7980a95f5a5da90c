"""Taking what a station sent: who it was, which way, and what the door should do."""

"""Following up: one contact from the first call to the last day, and a day's work of communes."""

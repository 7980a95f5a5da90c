"""The tables of an area for a spreadsheet program, never of visitors."""

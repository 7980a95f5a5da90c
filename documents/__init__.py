"""What is taken away: paper, with its fonts, letters, marks and codes, and spreadsheets."""

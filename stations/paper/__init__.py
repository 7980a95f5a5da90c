"""Register sheets for a power cut: printing them, and typing them in afterwards."""

"""What officials take away for a spreadsheet program: tables that cannot act, never visitors."""

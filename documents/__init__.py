"""Tables taken away, for a spreadsheet program or on paper: they cannot act."""

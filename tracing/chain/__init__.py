"""The chain of transmission of a case: which cases are linked, where and when, and its drawing."""

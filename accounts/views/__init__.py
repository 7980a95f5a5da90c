"""The doors: owners with a phone, officials with a password and a second step; and their accounts."""

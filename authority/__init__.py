"""Who may open what is sealed: keys, keyholders, unlocking, disclosures and their chain."""

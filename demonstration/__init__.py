"""An invented province to look at: people, venues and weeks of visits like those of Trà Vinh."""

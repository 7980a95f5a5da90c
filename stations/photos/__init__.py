"""Reading codes from photos and camera frames that a station's phone cannot read itself."""

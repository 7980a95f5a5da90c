"""The interface for other software at the door, described by OpenAPI."""

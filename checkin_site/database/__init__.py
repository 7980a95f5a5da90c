"""PostgreSQL without an installation: a Django engine that starts its own server."""

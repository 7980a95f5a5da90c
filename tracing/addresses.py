"""Addresses within tracing, as authority knows them."""

from authority.addresses import address, see_other

__all__ = ["address", "see_other"]

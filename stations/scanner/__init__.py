"""The scanning screen: the page, its worker, and the same without script."""

"""A bar on the terminal that grows with what is done; silent anywhere else."""

import sys

_WIDTH = 30


class ProgressBar:
    """Shows how many of how many are done, and what they are."""

    def __init__(self, whole: int, what: str) -> None:
        self._whole, self._what = max(whole, 1), what
        self._shown = sys.stderr.isatty()

    def show(self, done: int, whole: int = 0) -> None:
        self._whole = max(whole, self._whole)
        if self._shown:
            filled = "█" * (min(done, self._whole) * _WIDTH // self._whole)
            sys.stderr.write(f"\r{filled:░<{_WIDTH}} {done:,} of {self._whole:,} {self._what}")
            sys.stderr.flush()

    def close(self) -> None:
        """Leave the line to what comes next."""
        if self._shown:
            sys.stderr.write("\n")

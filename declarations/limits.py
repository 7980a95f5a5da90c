"""How many check-ins a minute one poster and one source may send to this process.

Counted in memory, so that the hot path asks the database nothing for it; the limits are meant
against a runaway script, and leave a market behind one address alone.
"""

import threading
from collections import Counter


class MinuteCounts:
    """Counts of the minute, shared by the threads of a process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self.minute = 0

    def seconds_to_wait(self, limits: dict[str, int], now: float, more: int = 1) -> int:
        """Count one or so many more for each name; return 0, or the seconds left of the minute.

        `limits` maps a name to its most per minute, `now` is a time in seconds.
        """
        with self.lock:
            if int(now // 60) != self.minute:
                self.minute = int(now // 60)
                self.counts.clear()
            self.counts.update(dict.fromkeys(limits, more))
            exceeded = any(self.counts[name] > most for name, most in limits.items())
        return 60 - int(now % 60) if exceeded else 0

    def cache_clear(self) -> None:
        """Begin to count anew."""
        with self.lock:
            self.counts.clear()


counts = MinuteCounts()

"""A process of its own that `make run` starts beside itself, and ends in order."""

import multiprocessing
import os
import signal
from collections.abc import Callable

from django.conf import settings
from django.db import connections

_GRACE = 15  # seconds to end what is under way


class Companion:
    """A process forked from this one, which has read all of the site already.

    In a session of its own Ctrl-C does not reach it: we end it in order.
    """

    def __init__(self, main: Callable[[], None]) -> None:
        self.main = main
        self.process = multiprocessing.get_context("fork").Process(target=self._be)

    @property
    def is_alive(self) -> bool:
        return self.process.pid is not None and self.process.is_alive()

    def start(self) -> None:
        connections.close_all()  # a connection is no good to two processes
        self.process.start()

    def ended_within(self, seconds: float) -> bool:
        """Wait so long at most; return whether it ended by itself."""
        self.process.join(seconds)
        return not self.process.is_alive()

    def stop(self) -> None:
        """End what is under way, then the process."""
        if self.process.pid is None or not self.process.is_alive():
            return
        self.process.terminate()
        if not self.ended_within(_GRACE):
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()

    def _be(self) -> None:
        os.setsid()
        os.chdir(settings.BASE_DIR)
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_DFL)
        self.main()

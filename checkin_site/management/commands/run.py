"""Starts the whole site with a demonstration, and stops all of it again."""

import fcntl
import signal
from argparse import ArgumentParser
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.urls import reverse
from django.utils import timezone

from checkin_site import demonstration
from checkin_site.database.server import EmbeddedServer
from checkin_site.preparing import collect_if_changed, compile_catalogues
from checkin_site.processes import Companion, WebServer, WebServerError
from documents import qr
from forms.phones import displayed
from jobs.doing import work

_HOUSEKEEPING_SECONDS = 120


class Command(BaseCommand):
    help = (
        "Run the site with demonstration data on 127.0.0.1 until Ctrl-C: prepares database, "
        "translations and static files, starts gunicorn and a worker, prints addresses, sign-ins and a QR "
        "code. PORT chooses another port than 8000. A second start keeps the data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        for name, number in (("venues", 400), ("visits", 40_000)):
            parser.add_argument(
                f"--{name}",
                type=int,
                default=number,
                metavar="N",
                help=f"{name} of the demonstration that a first start makes (default {number})",
            )

    def handle(self, *, venues: int, visits: int, **_options: Any) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.default_int_handler)
        web, worker = WebServer(settings.PORT), Companion(work)
        try:
            web.require_a_free_port()
            self._prepare(venues, visits)
            worker.start()
            web.start()
            self._announce()
            self._keep_house_until_the_end_of(web)
        except WebServerError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\nStopping …")
        finally:
            self._stop(worker, web)

    def _prepare(self, venues: int, visits: int) -> None:
        """Make what the site needs and lacks; two runs that start at once take turns."""
        with (settings.VAR_DIR / "run.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            compile_catalogues()
            self.stdout.write("Preparing the database …")
            call_command("migrate", interactive=False, verbosity=0)
            demonstration.load_units()
            demonstration.make_sealing_key()
            demonstration.seed(venues, visits)
            self._keep_house()
            collect_if_changed()
            self.sign_ins = demonstration.make_accounts()
            demonstration.let_tracers_open_names()
            demonstration.open_example_case()

    def _announce(self) -> None:
        say = self.stdout.write
        say(f"\nThe site runs: {settings.SITE_ADDRESS}/ · Ctrl-C stops it\n")
        say(f"Officials sign in at {settings.SITE_ADDRESS}{reverse('account_login')}")
        for sign_in, password in self.sign_ins:
            say(f"  {sign_in.email:22} {password}   {sign_in.name}")
        code, seconds = demonstration.second_factor_code(timezone.now())
        say(f"  second step, for all: {code} for another {seconds} s; each code works once")
        say(f"  tracers open names by:  {demonstration.passphrase()}")
        say("  the code after that:  .venv/bin/python manage.py second_factor_code")
        poster = demonstration.poster()
        if poster is None:
            return
        phone = displayed(poster.venue.responsible_phone)
        say(f"Owners sign in at {settings.SITE_ADDRESS}{reverse('accounts:sign_in')}")
        say(f"  {phone:22} the code appears here       {poster.venue}")
        door = reverse("stations:door", args=[demonstration.door_key(poster.venue)])
        say(f"Its door is scanned at {settings.SITE_ADDRESS}{door}")
        say(f"  an invented ID card:   {demonstration.CARD}")
        say(f"\nPoster of {poster.venue}, {poster.venue.place}: {poster.address}")
        say(self._picture(poster.address))
        self.stdout.flush()

    def _picture(self, address: str) -> str:
        """Return the QR code in letters; on a terminal white on black, whatever its colours."""
        letters = qr.in_letters(address)
        if not self.stdout.isatty():
            return letters
        return "\n".join(f"\x1b[38;5;255;48;5;16m{line}\x1b[0m" for line in letters.splitlines())

    def _keep_house_until_the_end_of(self, web: WebServer) -> None:
        while not web.ended_within(_HOUSEKEEPING_SECONDS):
            self._keep_house()
        raise WebServerError("The web server ended by itself; its reason stands above.")

    def _keep_house(self) -> None:
        try:
            call_command("housekeeping", stdout=StringIO())
        except DatabaseError as error:
            self.stderr.write(f"Housekeeping has to wait: {error}")
            connections.close_all()

    def _stop(self, *companions: Companion) -> None:
        for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(ending, signal.SIG_IGN)
        for companion in companions:
            companion.stop()
        connections.close_all()
        server = EmbeddedServer.of(settings.DATABASES["default"])
        if server is not None:
            server.stop()

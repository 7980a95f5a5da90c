"""The province as the site is opened in it: every unit of Trà Vinh, and the key that seals."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command

from tests import make


def open_province() -> None:
    """Load Trà Vinh with its 106 communes and the other provinces, as an operator would."""
    for name in ("tra_vinh_2021.csv", "provinces_2021.csv"):
        path = settings.BASE_DIR / "districts" / "data" / name
        call_command("load_units", str(path), stdout=StringIO())
    make.sealing_key()

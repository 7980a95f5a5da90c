#!/usr/bin/env python
"""The operator's door to the product: every command of the house."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "checkin_site.settings")
    execute_from_command_line(sys.argv)

"""A program of its own that uses an embedded server: the folder it is given is the server's."""

from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
PROGRAM = """
import os, psycopg, sys
from pathlib import Path
from checkin_site.database.server import DATABASE, USER, EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
folder = server.ensure()
with psycopg.connect(host=folder, user=USER, dbname=DATABASE) as connection:
    print(connection.execute("SELECT current_setting('data_directory')").fetchone()[0])
"""

"""The embedded PostgreSQL, tried on real servers: every way to lose one."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from checkin_site.database.server import DATABASE, USER, EmbeddedServer, Owner, ServerError

from .program import CHECKOUT, PROGRAM


def ask(server: EmbeddedServer, question: str) -> object:
    """Ask the server in a connection of its own."""
    with psycopg.connect(host=server.ensure(), user=USER, dbname=DATABASE) as connection:
        return connection.execute(question).fetchone()[0]


def tell(server: EmbeddedServer, statement: str) -> None:
    """Have a statement done and committed."""
    with psycopg.connect(host=server.ensure(), user=USER, dbname=DATABASE) as connection:
        connection.execute(statement)


def postmaster(server: EmbeddedServer) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def kill(server: EmbeddedServer) -> int:
    """Kill the server as a machine short of memory does; wait until it is dead."""
    pid = postmaster(server)
    os.kill(pid, signal.SIGKILL)
    while runs(pid):
        time.sleep(0.01)
    return pid


def runs(pid: int) -> bool:
    """Whether a process does more than wait to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def write_pid(server: EmbeddedServer, pid: int) -> None:
    note = server.data / "postmaster.pid"
    note.write_text("\n".join([str(pid), *note.read_text().split("\n")[1:]]))


def test_the_first_connection_makes_a_durable_vietnamese_capable_database(server):
    assert ask(server, "SELECT current_setting('fsync')") == "on"
    assert ask(server, "SELECT current_setting('max_connections')") == "100"
    assert ask(server, "SELECT lower('TRÀ VINH ĐỨC')") == "trà vinh đức"
    assert ask(server, "SELECT datlocale FROM pg_database WHERE datname = 'checkin'") == "C.UTF-8"


def test_a_running_server_is_not_started_again(server):
    server.ensure()
    first = postmaster(server)
    assert EmbeddedServer(server.root).ensure() == server.ensure()
    assert postmaster(server) == first


def test_a_killed_server_comes_back_with_what_was_committed(server):
    tell(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    killed = kill(server)
    assert ask(server, "SELECT answer FROM kept") == 42
    assert postmaster(server) != killed


def test_a_zombie_is_not_taken_for_a_server(server):
    server.ensure()
    zombie = kill(server)  # our own child, and nobody waited for it
    assert os.waitid(os.P_PID, zombie, os.WEXITED | os.WNOWAIT).si_pid == zombie
    assert ask(server, "SELECT 1") == 1


def test_a_pid_that_another_program_of_the_same_user_has_by_now_does_no_harm(server):
    server.ensure()
    kill(server)
    stranger = Owner.of(server.data).start("/bin/sleep", "60")
    try:
        write_pid(server, stranger.pid)
        assert ask(server, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("left", ["", "\n", "12", "never written to the end"])
def test_a_note_cut_off_by_a_power_failure_does_no_harm(server, left):
    server.ensure()
    kill(server)
    time.sleep(0.5)  # its children end
    (server.data / "postmaster.pid").write_text(left)
    assert ask(server, "SELECT 1") == 1


def test_a_start_waits_for_the_children_of_a_killed_server(server):
    address = server.ensure()
    with psycopg.connect(host=address, user=USER, dbname=DATABASE, autocommit=True) as connection:
        child = connection.info.backend_pid
        work = "SELECT count(*) FROM generate_series(1, 8000000)"
        busy = threading.Thread(target=lambda: _until_cut_off(connection, work))
        busy.start()
        time.sleep(0.3)
        kill(server)
        assert runs(child)
        assert ask(server, "SELECT 1") == 1
        assert not runs(child)
        busy.join()


def _until_cut_off(connection, work):
    with contextlib.suppress(psycopg.OperationalError):
        connection.execute(work)


def test_a_server_whose_socket_was_cleaned_away_is_replaced(server):
    shutil.rmtree(server.ensure())
    assert ask(server, "SELECT 1") == 1


def test_a_first_start_that_was_killed_half_way_is_begun_again(server):
    (server.root / "data.new").mkdir(parents=True)
    (server.root / "data.new" / "PG_VERSION").write_text("18\n")
    assert ask(server, "SELECT 1") == 1


def test_a_very_long_path_and_odd_letters_get_a_short_private_socket(folder):
    root = folder / ("thư mục dài, 'lạ' " * 4).strip() / ("x" * 120)
    server = EmbeddedServer(root)
    address = server.ensure()
    assert ask(server, "SELECT 1") == 1
    assert len(address) < 85
    assert Path(address).stat().st_mode & 0o777 == 0o700
    assert server.stop()
    assert not Path(address).exists()


def test_four_processes_that_start_at_once_share_one_server(server):
    command = [sys.executable, "-c", PROGRAM, server.root]
    started = [
        subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = {process.communicate(timeout=60)[0] for process in started}
    assert [process.returncode for process in started] == [0] * 4
    assert said == {f"{server.data}\n"}
    assert server.log.read_text().count("starting PostgreSQL") == 1


def test_the_server_stops_with_its_last_user_only(server):
    waits = f"{PROGRAM}\nsys.stdout.flush()\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", waits, server.root],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline()
        assert not server.stop()
        assert ask(server, "SELECT 1") == 1
        other.communicate()
    assert server.stop()
    assert not (server.data / "postmaster.pid").exists()


def test_a_new_connection_of_django_brings_a_killed_server_back(server, django_db_blocker):
    settings = {
        "ENGINE": "checkin_site.database",
        "NAME": DATABASE,
        "EMBEDDED_ROOT": server.root,
    }
    connection = ConnectionHandler({"default": settings})["default"]
    with django_db_blocker.unblock():
        connection.ensure_connection()
        child = connection.connection.info.backend_pid
        kill(server)
        while runs(child):
            time.sleep(0.01)
        with pytest.raises(OperationalError), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        connection.close()


def test_a_refused_statement_leaves_nothing_typed_in_the_log(server):
    tell(server, "CREATE TABLE person (name text UNIQUE)")
    tell(server, "INSERT INTO person VALUES ('Thạch Thị Sa Rây')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        tell(server, "INSERT INTO person VALUES ('Thạch Thị Sa Rây')")
    assert "person_name_key" in server.log.read_text()
    assert "Thạch" not in server.log.read_text()


def test_a_server_that_cannot_start_says_why_and_what_to_do(server):
    server.ensure()
    assert server.stop()
    (server.data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(ServerError, match=r"(?s)incompatible with server.*DATABASE_URL"):
        server.ensure()

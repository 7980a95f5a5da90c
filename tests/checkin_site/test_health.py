"""What load balancers and operators ask the site."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests import make


def test_a_living_process_says_so_without_the_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"alive\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_the_site_is_ready_with_database_tables_and_key(client):
    make.sealing_key()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")


@pytest.mark.django_db
def test_without_a_sealing_key_the_site_is_not_ready_and_says_what_to_do(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"create_keys" in answer.content


@pytest.mark.django_db
def test_where_no_lock_can_be_held_the_site_is_not_ready(client, settings, tmp_path):
    make.sealing_key()
    (tmp_path / "a file").touch()
    settings.TURNS_DIR = tmp_path / "a file" / "turns"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready: VAR_DIR is not writable\n")


@pytest.mark.django_db
def test_with_an_older_database_the_site_is_not_ready_until_it_is_migrated(client):
    make.sealing_key()
    newest = MigrationRecorder.Migration.objects.filter(app="declarations").latest("id")
    newest.delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert b"migrate" in answer.content
    MigrationRecorder.Migration.objects.create(app=newest.app, name=newest.name)
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_without_its_database_the_site_is_alive_and_not_ready(client, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "EMBEDDED_ROOT", "/dev/null/postgres")
        patch.setitem(connection.settings_dict, "HOST", "/dev/null")
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.content == b"not ready: the database does not answer\n"
        assert client.get("/healthz").status_code == 200
    make.sealing_key()
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_can_only_be_asked_for(client, address):
    assert client.post(address).status_code == 405

"""Catalogues follow the sentences that the code and the templates say."""

from pathlib import Path

import polib
import pytest
from django.core.management import call_command

from checkin_site.management.commands.update_catalogues import Sentence, sentences

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
a = _("Type your "
      "name.")
b = ngettext("%(n)d venue", "%(n)d venues", n) % {"n": n}
c = pgettext("sex", "Other")
d = _(name)
"""
TEMPLATE = """{% load i18n %}
  <p>{% translate "It's here" %} {% translate "Other" context "sex" as other %}</p>
    {% blocktranslate count n=n trimmed %}
      {{ n }} person
    {% plural %}
      {{ n }} people
    {% endblocktranslate %}
{{ _("Yes")|default:_("No") }}
"""


@pytest.fixture
def project(tmp_path: Path, settings) -> Path:
    (tmp_path / "venues").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "venues" / "forms.py").write_text(CODE)
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    return tmp_path


def vietnamese(project: Path) -> polib.POFile:
    return polib.pofile(str(project / "locale" / "vi" / "LC_MESSAGES" / "django.po"))


def test_every_sentence_of_code_and_templates_is_found(project: Path):
    assert sentences(project) == {
        Sentence("Type your name."): {"venues/forms.py"},
        Sentence("%(n)d venue", "%(n)d venues"): {"venues/forms.py"},
        Sentence("Other", context="sex"): {"venues/forms.py", "templates/page.html"},
        Sentence("It's here"): {"templates/page.html"},
        Sentence("%(n)s person", "%(n)s people"): {"templates/page.html"},
        Sentence("Yes"): {"templates/page.html"},
        Sentence("No"): {"templates/page.html"},
    }


def test_translations_are_kept_and_what_nobody_says_any_more_goes(project: Path):
    call_command("update_catalogues")
    catalogue = vietnamese(project)
    catalogue.find("Yes").msgstr = "Có"
    catalogue.find("%(n)d venue").msgstr_plural = {0: "%(n)d điểm"}
    catalogue.append(polib.POEntry(msgid="Long gone", msgstr="Đã bỏ"))
    catalogue.save()
    call_command("update_catalogues")
    catalogue = vietnamese(project)
    assert catalogue.find("Yes").msgstr == "Có"
    assert catalogue.find("%(n)d venue").msgstr_plural == {0: "%(n)d điểm"}
    assert catalogue.find("Long gone") is None
    assert catalogue.find("No").msgstr == ""


def test_running_it_twice_changes_nothing(project: Path):
    call_command("update_catalogues")
    before = vietnamese(project).__unicode__()
    call_command("update_catalogues")
    assert vietnamese(project).__unicode__() == before

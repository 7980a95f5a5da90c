"""What a declaration means at the door."""

from dataclasses import replace

import pytest

from declarations.outcomes import Outcome, Symptom

from .scene import HEALTHY


def test_nothing_to_report_may_enter() -> None:
    assert HEALTHY.outcome == Outcome.GO


@pytest.mark.parametrize("symptom", [Symptom.FEVER, Symptom.BREATHING, Symptom.PNEUMONIA])
def test_a_severe_symptom_stops(symptom: Symptom) -> None:
    assert replace(HEALTHY, symptoms=symptom | Symptom.COUGH).outcome == Outcome.STOP


@pytest.mark.parametrize("symptom", [Symptom.COUGH, Symptom.SORE_THROAT, Symptom.FATIGUE])
def test_a_mild_symptom_asks(symptom: Symptom) -> None:
    assert replace(HEALTHY, symptoms=int(symptom)).outcome == Outcome.ASK


def test_contact_with_a_case_stops_whatever_else_is_said() -> None:
    assert replace(HEALTHY, case_contact=True).outcome == Outcome.STOP


@pytest.mark.parametrize("question", ["travelled", "area_contact", "symptomatic_contact"])
def test_any_other_yes_asks(question: str) -> None:
    assert replace(HEALTHY, **{question: True}).outcome == Outcome.ASK

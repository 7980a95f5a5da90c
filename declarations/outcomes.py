"""What a declaration means at the door: go, ask the staff, or do not enter."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.IntegerChoices):
    """The answer of the door, worst last."""

    GO = 0, _("You may enter")
    ASK = 1, _("Ask the person on duty")
    STOP = 2, _("Do not enter")

    @property
    def word(self) -> str:
        return self.name.lower()


class Symptom(models.IntegerChoices):
    """The symptoms of the public health declaration; each is one bit of the stored number."""

    FEVER = 1, _("Fever")
    COUGH = 2, _("Cough")
    BREATHING = 4, _("Difficulty breathing")
    PNEUMONIA = 8, _("Pneumonia")
    SORE_THROAT = 16, _("Sore throat")
    FATIGUE = 32, _("Fatigue")

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True)
class Answers:
    """What a visitor says of their health, for the past 14 days."""

    symptoms: int
    travelled: bool
    case_contact: bool
    area_contact: bool
    symptomatic_contact: bool

    @property
    def outcome(self) -> Outcome:
        """Return what the door should do.

        The Ministry's form asks the questions and leaves the door to the venue; the grading is
        ours: contact with a case or a severe symptom stops, any other "yes" is for the staff.
        """
        severe = Symptom.FEVER | Symptom.BREATHING | Symptom.PNEUMONIA
        if self.case_contact or self.symptoms & severe:
            return Outcome.STOP
        if self.symptoms or self.travelled or self.area_contact or self.symptomatic_contact:
            return Outcome.ASK
        return Outcome.GO

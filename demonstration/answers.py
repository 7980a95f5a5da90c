"""What the invented visitors say of their health: nearly all are well."""

from random import Random

from declarations.outcomes import Answers, Symptom

_WORRYING = 0.015
WELL = Answers(
    0, travelled=False, case_contact=False, area_contact=False, symptomatic_contact=False
)


def _answers(symptoms: int = 0, *said_yes: str) -> Answers:
    return Answers(**(vars(WELL) | {"symptoms": symptoms} | dict.fromkeys(said_yes, True)))


_WORRIES = {
    _answers(Symptom.COUGH): 28,
    _answers(Symptom.SORE_THROAT | Symptom.FATIGUE): 14,
    _answers(0, "travelled"): 30,
    _answers(0, "area_contact"): 6,
    _answers(0, "symptomatic_contact"): 6,
    _answers(Symptom.FEVER | Symptom.COUGH): 9,
    _answers(Symptom.BREATHING): 3,
    _answers(0, "case_contact"): 4,
}
_PLACES = ["TP. Hồ Chí Minh", "Bình Dương", "Cần Thơ", "Vĩnh Long", "Phnôm Pênh, Campuchia"]


def answers(rng: Random) -> Answers:
    """Return what a visitor answers."""
    if rng.random() >= _WORRYING:
        return WELL
    return rng.choices(list(_WORRIES), list(_WORRIES.values()))[0]


def travel_places(rng: Random) -> str:
    """Return where a visitor has been."""
    return ", ".join(rng.sample(_PLACES, rng.choice([1, 1, 2])))

"""One text in every place where the database takes a text that pages, files and papers show."""

from collections.abc import Iterator

from django.apps import apps
from django.db import DatabaseError, models, transaction

from tests.conftest import FLOORS
from venues.models import ImportRow

# By these things are found, or their words decide what is done.
_KEPT = {
    "app_label", "code", "content_type", "digest", "email", "error", "file", "kind", "model", "name_order",
    "number", "password", "phone", "responsible_phone", "source", "state", "step", "case_number", "way", "action",
}  # fmt: skip
_KEPT_MODELS = {"JobFile", "Job", "Limit"}


def poison(text: str) -> int:
    """Write a text, as far as it fits, into every such place; return how many took it."""
    ImportRow.objects.update(cells=[text] * 8)
    return sum(_took(model, field, text) for model, field in _places())


def _places() -> Iterator[tuple[type[models.Model], models.Field]]:
    for model in apps.get_models():
        if model._meta.app_label not in FLOORS or model.__name__ in _KEPT_MODELS:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            if is_text and not (field.unique or field.name in _KEPT):
                yield model, field


def _took(model: type[models.Model], field: models.Field, text: str) -> bool:
    """Whether a place took the text; what the database refuses stays as it was."""
    try:
        with transaction.atomic():
            return model._base_manager.update(**{field.name: text[: field.max_length]}) > 0
    except DatabaseError:
        return False

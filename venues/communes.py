"""The communes a venue can lie in, as a list to choose from."""

from datetime import date

from districts.models import Unit

Group = tuple[str, list[tuple[str, str]]]


def communes_by_parent(on: date) -> list[Group]:
    """Return codes and names of the communes in force, grouped by district (or province)."""
    groups: dict[Unit, list[tuple[str, str]]] = {}
    for commune in Unit.objects.on(on).communes().select_related("parent"):
        if commune.parent:
            groups.setdefault(commune.parent, []).append((commune.code, commune.name))
    ordered = sorted(groups.items(), key=lambda item: item[0].code)
    return [(parent.name, communes) for parent, communes in ordered]

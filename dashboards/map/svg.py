"""Circles and names of a map as SVG: written here, as a template takes ten times as long."""

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .drawing import Circle
from .labels import Label


def circles_svg(circles: Iterable[Circle]) -> SafeString:
    """Return a link for each unit, with the value where it fits; then the names, over all."""
    names = [_name(label) for circle in circles if (label := circle.label)]
    return mark_safe("".join([*map(_circle, circles), *names]))  # noqa: S308 - texts are escaped


def _circle(circle: Circle) -> str:
    spot, place = circle.spot, f'cx="{circle.x}" cy="{circle.y}"'
    told = escape(f"{spot.name}: {spot.shown}")
    return (
        f'<a id="circle-{escape(spot.code)}" href="{escape(spot.href)}" aria-label="{told}">'
        f'<title>{told}</title><circle class="step-{circle.step}" {place} r="{circle.radius}"/>'
        f"{_value(circle) if circle.value_fits else ''}</a>"
    )


def _value(circle: Circle) -> str:
    return (
        f'<text class="value on-{circle.step}" x="{circle.x}" y="{circle.y}" dy=".35em" '
        f'text-anchor="middle">{escape(circle.spot.shown)}</text>'
    )


def _name(label: Label) -> str:
    return (
        f'<text class="name" x="{label.x}" y="{label.y}" dy=".35em" text-anchor="{label.anchor}" '
        f'aria-hidden="true">{escape(label.text)}</text>'
    )

"""Starting, watching and ending drills; these pages are of the real side."""

import secrets
from datetime import date
from operator import attrgetter
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.access import official_of, tracer_required
from accounts.models import Account
from authority.keys import NoSealingKeyError
from declarations.models import Visitor
from districts.days import local_day
from districts.models import Unit
from documents.responses import file_response
from forms.fields import ChosenField
from forms.pages import form_page, form_page_only, sent
from forms.phones import displayed
from tracing.models import Drill, DrillSize, Part, Planted

from . import running
from .paper import report_pdf
from .planting import NoGroundError
from .score import Results, elapsed, results

_NOT_IN_LIST = gettext_lazy("Choose one from the list.")


class StartForm(forms.Form):
    """Where, and how much there is to trace."""

    area = forms.ModelChoiceField(
        queryset=Unit.objects.none(),
        label=gettext_lazy("Area"),
        error_messages=dict.fromkeys(["required", "invalid_choice"], _NOT_IN_LIST),
    )
    size = ChosenField(
        _NOT_IN_LIST,
        label=gettext_lazy("Size"),
        choices=DrillSize.choices,
        widget=forms.RadioSelect,
        initial=DrillSize.SMALL.value,
    )
    seed = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=999_999,
        label=gettext_lazy("Number of the outbreak"),
        help_text=gettext_lazy(
            "Leave it empty for a new one; the same number invents the same people again."
        ),
        error_messages=dict.fromkeys(
            ["invalid", "min_value", "max_value"],
            gettext_lazy("Enter a number from 1 to 999999, or leave it empty."),
        ),
    )

    def __init__(self, account: Account, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = account.own_area
        field: Any = self.fields["area"]
        field.queryset = Unit.objects.within(area).filter(valid_to=None).with_parents()
        field.label_from_instance = attrgetter("place")
        field.initial = area.pk
        field.empty_label = None
        self.fields["seed"].widget.attrs["class"] = "short"


@never_cache
@form_page_only
@tracer_required
def home(request: HttpRequest) -> HttpResponse:
    """Start a drill, or show which one runs; compare those of the past."""
    account = official_of(request)
    form = StartForm(account, sent(request))
    if form.is_valid():
        drill = _started(account, form)
        if drill:
            return redirect("drills:drill", drill.pk)
    visible = Drill.objects.visible_to(account).with_units()
    past = visible.exclude(ended_at=None)[:50]
    context = {
        "running": Drill.objects.running().with_units().first(),
        "mine": visible.running().first(),
        "past": [(drill, Results.kept(drill.results)) for drill in past],
    }
    return form_page(request, "tracing/drill/home.html", form, context)


@never_cache
@require_safe
@tracer_required
def drill(request: HttpRequest, drill: int) -> HttpResponse:
    """Show what is known and the clock, or what came of a drill."""
    shown, now = _visible(request, drill), timezone.now()
    context: dict[str, Any] = {"shown": shown, "elapsed": elapsed(shown, now)}
    with running.taking_part(official_of(request)) as in_hand:
        if in_hand == shown:
            context |= {"reports": _reported(), "results": results(shown, now)}
        else:
            context["results"] = Results.kept(shown.results)
    context["may_end"] = _may_end(request, shown)
    return render(request, "tracing/drill/drill.html", context)


@require_POST
@tracer_required
def end(request: HttpRequest, drill: int) -> HttpResponse:
    visible = _visible(request, drill)
    if not _may_end(request, visible):
        raise Http404
    running.end(visible, timezone.now())
    return redirect("drills:drill", visible.pk)


@never_cache
@require_safe
@tracer_required
def report(request: HttpRequest, drill: int) -> HttpResponse:
    """Give out what came of a drill, as an official document."""
    visible = _visible(request, drill)
    kept = Results.kept(visible.results)
    if visible.ended_at is None or kept is None:
        raise Http404
    name = f"dien-tap-{visible.area.code}-{local_day(visible.started_at):%Y%m%d}.pdf"
    return file_response(report_pdf(visible, kept), "application/pdf", name, is_shown=True)


def _visible(request: HttpRequest, key: int) -> Drill:
    drill = Drill.objects.visible_to(official_of(request)).with_units().filter(pk=key).first()
    if drill is None:
        raise Http404
    return drill


def _may_end(request: HttpRequest, drill: Drill) -> bool:
    return Drill.objects.led_by(official_of(request)).running().filter(pk=drill.pk).exists()


def _started(account: Account, form: StartForm) -> Drill | None:
    chosen = form.cleaned_data
    seed = chosen["seed"] or secrets.randbelow(999_999) + 1
    try:
        size = DrillSize(chosen["size"])
        return running.start(chosen["area"], size, seed, account, timezone.now())
    except running.AlreadyRunningError:
        form.add_error(None, _("A drill is running already. End it first, or take part in it."))
    except NoSealingKeyError:
        form.add_error(None, _("The health authority has no key yet: run create_keys first."))
    except NoGroundError as error:
        form.add_error(None, str(error))
    return None


def _reported() -> list[tuple[str, str, date | None]]:
    """Return what a health station would hear of each case; call it on the drill's tables.

    That is a mask, which tells the case from others of its phone, the phone and the onset.
    """
    cases = Planted.objects.filter(part=Part.CASE).order_by("onset_on")
    visitors = Visitor.objects.filter(key__in=[case.visitor for case in cases])
    masks = dict(visitors.values_list("key", "mask"))
    return [(masks.get(case.visitor, ""), displayed(case.phone), case.onset_on) for case in cases]

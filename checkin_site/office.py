"""Django's admin as administrators may use it: to look things up in the own area, never to change.

Accounts are managed on their own pages; nothing of visitors, visits or declarations is here.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_protect

from accounts.access import administrator_required, official_of
from accounts.models import Account
from districts.models import Unit
from forms.search import typed_search
from venues.models import Poster, Venue


class Office(admin.AdminSite):
    """The admin with a few addresses only, each for administrators with a fresh second step."""

    site_header = site_title = _("Look things up")
    index_title = _("To be read, not changed")
    site_url = "/dashboard/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Say yes to those whom the guard of every address let in."""
        return request.user.is_authenticated and official_of(request).is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Guard an address; the sign-in of the product stands before it, never Django's own."""
        guarded = administrator_required(secure_admin_login(super().admin_view(view, cacheable)))
        return csrf_protect(guarded)

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Give the addresses that looking needs; without those that add, change or delete."""
        addresses: list[URLResolver | URLPattern] = [
            path("", self.admin_view(self.index), name="index"),
            path("logout/", self.admin_view(_leave("account_logout")), name="logout"),
            path(
                "password/",
                self.admin_view(_leave("account_change_password")),
                name="password_change",
            ),
            path("jsi18n/", self.admin_view(self.i18n_javascript), name="jsi18n"),
            path("<slug:app_label>/", self.admin_view(self.app_index), name="app_list"),
        ]
        for shown in self._registry.values():
            addresses += shown.get_urls()
        return addresses


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Objects of one kind that the administrator's account may see, to be read."""

    actions = None
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        """Give a list and a page for each object."""
        options, view = self.opts, self.admin_site.admin_view
        place, name = (
            f"{options.app_label}/{options.model_name}/",
            f"{options.app_label}_{options.model_name}",
        )
        return [
            path(place, view(self.changelist_view), name=f"{name}_changelist"),
            path(f"{place}<path:object_id>/", view(self.change_view), name=f"{name}_change"),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        raise NotImplementedError

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Search for what can be read, as every other list does."""
        if "q" in request.GET:
            asked = request.GET.copy()
            asked["q"] = typed_search(asked)
            request.GET = asked  # type: ignore[assignment]
        return super().changelist_view(request, extra_context)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Model:
        """Return what the address names; the page of anything else does not exist."""
        named = super().get_object(request, object_id, from_field)
        if named is None:
            raise Http404
        return named

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let nobody ask for a part of a field that the page does not show."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


class Accounts(ReadOnly):
    fields = ["email", "name", "role", "area", "is_active", "joined_at", "last_login"]
    list_display = ["email", "name", "role", "area", "is_active", "last_login"]
    search_fields = ["email", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        visible = Account.objects.visible_to(official_of(request))
        return visible.select_related("area").order_by("email")


class Units(ReadOnly):
    fields = [
        "code",
        "level",
        "kind",
        "name",
        "parent",
        "valid_from",
        "valid_to",
        "successor",
        "inhabitants",
        "latitude",
        "longitude",
    ]
    list_display = ["code", "name", "level", "parent", "valid_from", "valid_to"]
    search_fields = ["code", "name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        return (
            official_of(request)
            .visible_units()
            .select_related("parent")
            .order_by("name_order", "code")
        )


class Venues(ReadOnly):
    fields = [
        "name",
        "kind",
        "commune",
        "address",
        "responsible_name",
        "responsible_phone",
        "registered_at",
        "closed_at",
    ]
    list_display = ["name", "kind", "commune", "address", "registered_at", "closed_at"]
    search_fields = ["name", "address", "posters__code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Venue]:
        visible = Venue.objects.visible_to(official_of(request))
        return visible.select_related("commune").order_by("name", "pk")


class Posters(ReadOnly):
    fields = ["code", "venue", "number", "issued_at", "revoked_at"]
    list_display = ["code", "venue", "number", "issued_at", "revoked_at"]
    search_fields = ["code", "venue__name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Poster]:
        visible = Venue.objects.visible_to(official_of(request))
        return (
            Poster.objects.filter(venue__in=visible).select_related("venue").order_by("-issued_at")
        )


def _leave(name: str) -> Any:
    def leave(request: HttpRequest) -> HttpResponse:
        return redirect(name)

    return leave


office = Office(name="admin")
office.register(Account, Accounts)
office.register(Unit, Units)
office.register(Venue, Venues)
office.register(Poster, Posters)

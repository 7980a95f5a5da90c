"""Every address of the site, floor by floor."""

from django.urls import include, path

from dashboards import owner
from venues.urls import urlpatterns as venue_addresses

from . import views
from .office import office

urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.language, name="language"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("", include("declarations.urls")),
    path("", include("stations.urls")),
    # The owner's page shows figures of visits, which venues know nothing of.
    path(
        "venues/",
        include(
            ([*venue_addresses, path("<str:code>/", owner.venue, name="venue")], "venues"),
        ),
    ),
    path("accounts/", include("accounts.urls")),
    path("dashboard/", include("dashboards.urls")),
    path("tracing/drills/", include("tracing.drill.urls")),
    path("tracing/", include("tracing.urls")),
    # The same pages once more, on the invented people of a drill: see tracing.drill.
    path("drill/", include("tracing.urls", namespace="drill")),
    path("jobs/", include("jobs.urls")),
    path("admin/", office.urls),
]

handler400 = "checkin_site.views.bad_request"
handler403 = "checkin_site.views.permission_denied"
handler404 = "checkin_site.views.page_not_found"
handler500 = "checkin_site.views.server_error"

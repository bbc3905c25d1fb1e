"""Addresses of the service levels."""

from django.urls import path

from slas import policy_part_views, policy_views, views

app_name = "slas"
urlpatterns = [
    path("", policy_views.agreement, name="agreement"),
    path("compare/", policy_views.compare, name="compare"),
    path("draft/", policy_views.draft, name="draft"),
    path("<int:policy>/", policy_views.policy, name="policy"),
    path("<int:policy>/discard/", policy_views.discard, name="discard"),
    path("<int:policy>/preview/", policy_views.preview, name="preview"),
    path("<int:policy>/publish/", policy_views.publish, name="publish"),
    path("<int:policy>/<slug:part>/new/", policy_part_views.part_new, name="part_new"),
    path("<int:policy>/<slug:part>/<int:row>/", policy_part_views.part, name="part"),
    path("<int:policy>/<slug:part>/<int:row>/remove/", policy_part_views.part_remove, name="part_remove"),
    path("calculator/", views.calculator, name="calculator"),
]

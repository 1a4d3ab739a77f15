"""Every address of the application."""

from django.urls import include, path

from monitor.views import (
    collections,
    exports,
    health,
    images,
    mail,
    mail_settings,
    more,
    overview,
    pictures,
    runs,
)

urlpatterns = [
    path("", include("accounts.urls")),
    path("", overview.overview, name="overview"),
    path("images/", images.images, name="images"),
    path("images/new/", images.new, name="image-new"),
    path("images/<int:image_id>/edit/", images.edit, name="image-edit"),
    path("images/<int:image_id>/pause/", images.pause, name="image-pause"),
    path("images/<int:image_id>/delete/", images.delete, name="image-delete"),
    path("images/<int:image_id>/picture.jpg", pictures.image_file, name="image-file"),
    path("images/<int:image_id>/thumbnail.jpg", pictures.image_thumbnail, name="image-thumbnail"),
    path("found/<int:item_id>.jpg", pictures.found_picture, name="found-picture"),
    path("i/<str:token>.jpg", pictures.public_picture, name="public-picture"),
    path("runs/", runs.runs, name="runs"),
    path("runs/<int:run_id>/", runs.run, name="run"),
    path("runs/<int:run_id>/progress/", runs.run_progress, name="run-progress"),
    path("matches.csv", exports.matches_csv, name="matches-csv"),
    path("mail/", mail.deliveries, name="deliveries"),
    path("mail/<int:delivery_id>/", mail.delivery, name="delivery"),
    path("mail/<int:delivery_id>/body/", mail.delivery_body, name="delivery-body"),
    path("mail/go/<int:workspace_id>/", mail.go, name="mail-go"),
    path("mail/settings/", mail_settings.settings, name="notification-settings"),
    path("unsubscribe/<str:token>/", mail_settings.unsubscribe, name="unsubscribe"),
    path("collections/", collections.collections, name="collections"),
    path("collections/new/", collections.new, name="collection-new"),
    path("collections/<int:collection_id>/", collections.collection, name="collection"),
    path("collections/<int:collection_id>/follow/", collections.follow, name="collection-follow"),
    path("collections/<int:collection_id>/delete/", collections.delete, name="collection-delete"),
    path("more/", more.more, name="more"),
    path("health/", health.health, name="health"),
    path("health/ready/", health.ready, name="health-ready"),
]

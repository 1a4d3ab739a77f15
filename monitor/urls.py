"""Every address of the application."""

from django.urls import include, path

from monitor.views import health, more, pictures

urlpatterns = [
    path("", include("accounts.urls")),
    path("images/<int:image_id>/picture.jpg", pictures.image_file, name="image-file"),
    path("images/<int:image_id>/thumbnail.jpg", pictures.image_thumbnail, name="image-thumbnail"),
    path("found/<int:item_id>.jpg", pictures.found_picture, name="found-picture"),
    path("i/<str:token>.jpg", pictures.public_picture, name="public-picture"),
    path("more/", more.more, name="more"),
    path("health/", health.health, name="health"),
    path("health/ready/", health.ready, name="health-ready"),
]

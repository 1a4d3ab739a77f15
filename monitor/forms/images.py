"""Forms about watched images."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from monitor.forms.uploads import FilesField, refused
from monitor.models import Collection, WatchedImage

FIRST_COLLECTION = "Product"
FILES_HELP = (
    "JPEG, PNG, WebP, GIF or AVIF, at most 25 MB and 50 megapixels each, up to 20 at once. "
    "Of an animation the first frame counts. Camera and location data are removed."
)


class WatchForm(forms.Form):
    """Pictures as files, by address, or both; a title; and the collection that they go into."""

    pictures = FilesField(label="Picture files", required=False, help_text=FILES_HELP)
    address = forms.CharField(
        label="Or the address of a picture",
        required=False,
        max_length=2048,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", "autocomplete": "off"}),
        help_text="A public address, beginning with https:// or http://.",
    )
    title = forms.CharField(
        required=False,
        max_length=200,
        help_text="Left empty, the name of the file is used. Several files always take their own names.",
    )
    collection = forms.ModelChoiceField(queryset=Collection.objects.none(), empty_label=None)
    new_collection = forms.CharField(
        label="Name of a new collection",
        required=False,
        max_length=100,
        help_text="Left empty, the collection above is used.",
    )

    def __init__(self, request: HttpRequest, collections: QuerySet[Collection]) -> None:
        is_sent = request.method == "POST"
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None)
        self.refused = refused(request)
        chosen = self.fields["collection"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  # as declared above
        chosen.queryset = collections
        wanted = request.GET.get("collection", "")
        self.initial["collection"] = wanted if wanted.isdigit() else collections.first()
        if not collections.exists():
            self._ask_only_for_a_name()

    def _ask_only_for_a_name(self) -> None:
        del self.fields["collection"]
        name = self.fields["new_collection"]
        name.label = "Collection"
        name.initial = FIRST_COLLECTION
        name.help_text = (
            "Images of a collection share when and where they are searched. You can change both later."
        )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not (data.get("pictures") or self.refused or data.get("address") or self.errors):
            self.add_error("pictures", "Choose a picture file, or enter the address of one.")
        if "collection" not in self.fields:
            data["new_collection"] = data.get("new_collection") or FIRST_COLLECTION
        return data


class ImageForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted while running
    """The name of a watched image, and its collection."""

    class Meta:
        model = WatchedImage
        fields = ["title", "collection"]
        help_texts = {
            "collection": "In another collection it is searched by that one’s schedule and markets. "
            "What was found so far stays."
        }

    def __init__(self, data: Any, *, instance: WatchedImage, collections: QuerySet[Collection]) -> None:
        super().__init__(data, instance=instance)
        chosen = self.fields["collection"]
        assert isinstance(chosen, forms.ModelChoiceField)  # noqa: S101  # made from a foreign key
        chosen.queryset = collections
        chosen.empty_label = None

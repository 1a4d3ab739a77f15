"""Between the form of a collection and what the pipeline is told."""

from accounts.http import WorkspaceRequest
from monitor import access
from monitor.forms.collections import CollectionForm, cadence_initial
from monitor.models import Collection, Provider
from monitor.pipeline.watching import arranging, markets, places


def form_of(request: WorkspaceRequest, row: Collection) -> CollectionForm:
    """The form of a collection, filled in with what it is; a new one with the defaults of the workspace."""
    is_new = row.pk is None
    chosen = [] if is_new else list(row.markets.all())
    initial = {"name": row.name, "is_active": row.is_active, **cadence_initial(row.cadence)}
    initial |= {**markets.yandex_initial(chosen)} | ({"yandex": True} if is_new else {})
    return CollectionForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        rows=[markets.default_google_row(request.workspace)] if is_new else markets.google_rows(chosen),
        others=access.collections(request).exclude(pk=row.pk),
        countries=places.google_countries(),
        languages=places.google_languages(),
        family_modes=markets.FAMILY_MODES,
    )


def arrangement_of(form: CollectionForm) -> arranging.Arrangement:
    """What a valid form asks for."""
    data = form.cleaned_data
    chosen = [
        arranging.Choice(provider=Provider.DATAFORSEO, settings=settings)
        for settings in markets.google(form.places)
    ]
    if data["yandex"]:
        chosen.append(arranging.Choice(provider=Provider.YANDEX, settings=markets.yandex(data)))
    return arranging.Arrangement(
        name=data["name"], cadence=data["cadence"], is_active=data["is_active"], markets=chosen
    )

"""The templates that every page shares: form fields, error pages, pagination, pictures."""

import re

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("", page, name="overview")]
pytestmark = pytest.mark.urls(__name__)


class ExampleForm(forms.Form):
    title = forms.CharField(help_text="What your team calls it.")
    note = forms.CharField(required=False)
    picture = forms.FileField()
    engines = forms.MultipleChoiceField(choices=[("g", "Google")], widget=forms.CheckboxSelectMultiple)
    now = forms.BooleanField(required=False, label="Run it now")
    token = forms.CharField(widget=forms.HiddenInput)


def described_by(html: str) -> set[str]:
    return {name for names in re.findall(r'aria-describedby="([^"]+)"', html) for name in names.split()}


def test_it_draws_each_field_once_with_its_label() -> None:
    html = ExampleForm().as_div()
    assert html.count('name="title"') == html.count('name="token"') == 1
    assert '<label for="id_title">' in html
    assert "<legend>Engines</legend>" in html
    assert '<label class="tick" for="id_now">' in html


def test_it_says_which_fields_are_optional() -> None:
    html = ExampleForm().as_div()
    assert html.count("optional") == 1


def test_it_ties_help_and_errors_to_their_control() -> None:
    html = ExampleForm({"title": ""}).as_div()
    assert described_by(html) >= {"id_title_helptext", "id_title_error"}
    assert not [name for name in described_by(html) if f'id="{name}"' not in html]
    assert "form-field is-text wrong" in html


def test_it_makes_a_file_field_a_place_to_drop_files() -> None:
    assert re.search(r"data-drop>.*type=\"file\"", ExampleForm().as_div(), re.DOTALL)


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_it_draws_error_pages_without_a_request(code: int) -> None:
    html = render_to_string(f"{code}.html")
    assert f"Error {code}" in html
    assert "style=" not in html


def test_it_pages_and_keeps_the_other_choices() -> None:
    request = RequestFactory().get("/", {"q": "mug"})
    html = render_to_string(
        "components/pagination.html", {"page": Paginator(range(30), 10).page(2)}, request=request
    )
    assert 'href="?q=mug&amp;page=1"' in html
    assert 'href="?q=mug&amp;page=3"' in html
    assert "Page 2 of 3" in html


def test_it_says_why_a_picture_is_missing() -> None:
    html = render_to_string("components/picture.html", {"src": "", "reason": "The site did not answer."})
    assert "<img" not in html
    assert "The site did not answer." in html

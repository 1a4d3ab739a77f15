"""Own domains as people type them."""

import pytest
from django.core.exceptions import ValidationError

from accounts.forms.fields import MAX_DOMAINS, domains


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("example.com", ["example.com"]),
        ("https://www.Example.com/shop?x=1\nexample.com", ["example.com"]),
        ("b.example, a.example  c.example:8080", ["a.example", "b.example", "c.example"]),
        ("bücher.example", ["xn--bcher-kva.example"]),
        ("shop.example.co.uk.", ["shop.example.co.uk"]),
    ],
)
def test_it_reads_domains(text: str, expected: list[str]) -> None:
    assert domains(text) == expected


@pytest.mark.parametrize(
    "text", ["localhost", "not a domain", "-x.example", "a..example", "http://[::1/", "1"]
)
def test_it_says_which_word_is_no_domain(text: str) -> None:
    with pytest.raises(ValidationError, match=r"is not a domain\. Enter it like example\.com\."):
        domains(text)


def test_it_takes_so_many_and_no_more() -> None:
    many = [f"{number}.example" for number in range(MAX_DOMAINS + 1)]
    assert len(domains("\n".join(many[1:]))) == MAX_DOMAINS
    with pytest.raises(ValidationError, match="at most 50 domains"):
        domains("\n".join(many))

"""What opens a server comes from the environment and is never repeated."""

import pytest

from geodata.errors import LayerError
from geodata.servers.credentials import database_address, redacted, without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql+psycopg://planner:s3cret@db/city", "postgresql+psycopg://***@db/city"),
        ("https://me:s3cret@maps.example/wfs?x=1", "https://***@maps.example/wfs?x=1"),
        ("https://maps.example/wfs?service=WFS&tk=s3cret&x=1", "https://maps.example/wfs?service=WFS&tk=***&x=1"),
        ("https://maps.example/wfs?API_KEY=s3cret", "https://maps.example/wfs?API_KEY=***"),
        ("host=db user=me password=s3cret dbname=city", "host=db user=me password=*** dbname=city"),
        ("password = 's3 cret' dbname=city", "password = *** dbname=city"),
        ('["https://a.example", "b@c"]', '["https://a.example", "b@c"]'),
        ("站点.shp, monkey=1, rows=12", "站点.shp, monkey=1, rows=12"),
    ],
)
def test_secrets_are_hidden(text, shown):
    """User and password of an address, keys and tokens are stars; all else stays."""
    assert redacted(text) == shown


def test_address_comes_from_the_named_variable(monkeypatch):
    """The scheme of SQLAlchemy is what libpq calls postgresql."""
    monkeypatch.setenv("CITY_DB", "postgresql+psycopg://planner:s3cret@db:5433/city")
    assert database_address("postgis://CITY_DB") == "postgresql://planner:s3cret@db:5433/city"


@pytest.mark.parametrize("value", ["mysql://me:s3cret@db/city", "me:s3cret@db", ""])
def test_a_bad_variable_is_named_and_its_content_is_not(monkeypatch, value):
    """The message says which variable to mend, without what it holds."""
    monkeypatch.setenv("CITY_DB", value)
    with pytest.raises(LayerError, match="CITY_DB") as caught:
        database_address("postgis://CITY_DB")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("setting", ["postgis://", "postgis://A=B", "postgis://NO_SUCH_VARIABLE", "postgis://\0"])
def test_no_variable(setting):
    """A name that no variable has is said."""
    with pytest.raises(LayerError, match="is not set"):
        database_address(setting)


def test_an_address_in_a_setting_is_refused_without_repeating_it():
    """Settings are written down; an address with a password is not."""
    with pytest.raises(LayerError, match="in the environment only") as caught:
        database_address("postgis://postgresql://me:s3cret@db/city")
    assert "s3cret" not in str(caught.value)


def test_password_is_taken_out_of_messages_in_any_form():
    """A library may repeat the password as it was decoded."""
    said = without_secrets("no such\nhost p@ss (p%40ss)", "postgresql://me:p%40ss@db/city")
    assert said == "no such host *** (***)"

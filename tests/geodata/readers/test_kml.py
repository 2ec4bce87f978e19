"""Folders of KML are layers, and what only concerns the drawing stays out."""

import zipfile

import pytest

from geodata.errors import LayerError
from geodata.readers import kml, zipped
from geodata.readers.reader import Reading, Source

PLACE = """<Placemark><name>{name}</name><ExtendedData><Data name="枪数"><value>{piles}</value></Data>
<Data name="类型"><value>快</value></Data></ExtendedData>
<Point><coordinates>113.4,23.1,0</coordinates></Point></Placemark>"""


def document(**folders):
    inside = "".join(
        f"<Folder><name>{folder}</name>{''.join(PLACE.format(name=name, piles='007') for name in names)}</Folder>"
        for folder, names in folders.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'


def written(folder, text, name="a.kml"):
    (folder / name).write_text(text, encoding="utf-8")
    return Source(str(folder / name), "t")


def test_drawing_columns_are_left_out_and_said(tmp_path):
    """Name and own data stay, codes as text; the twelve fixed columns go unless they say something."""
    raw = kml.read(written(tmp_path, document(站点=["白云", "天河"])), Reading())
    assert raw.frame.to_dict("list") == {"Name": ["白云", "天河"], "枪数": ["007", "007"], "类型": ["快", "快"]}
    assert "altitudeMode" in raw.remarks[0]
    assert raw.crs.to_epsg() == 4326


def test_folders_are_layers(tmp_path):
    """Several folders must be chosen from, none is taken silently."""
    source = written(tmp_path, document(快充=["a"], 慢充=["b", "c"]))
    assert [(layer.name, layer.rows) for layer in kml.layers(source)] == [("快充", 1), ("慢充", 2)]
    with pytest.raises(LayerError, match="2 layers; set layer to one of: 快充, 慢充"):
        kml.read(source, Reading())
    assert kml.read(source, Reading(layer="慢充")).rows_in == 2


def test_kmz_is_a_kml_in_an_archive(tmp_path):
    """The folders of the packed document are its layers."""
    with zipfile.ZipFile(tmp_path / "a.kmz", "w") as archive:
        archive.writestr("doc.kml", document(快充=["a"], 慢充=["b", "c"]))
        archive.writestr("files/icon.png", b"x")
    source = Source(str(tmp_path / "a.kmz"), "t")
    assert [layer.name for layer in zipped.layers(source)] == ["快充", "慢充"]
    assert zipped.read(source, Reading(layer="慢充")).rows_in == 2


@pytest.mark.parametrize(
    "text",
    [
        "<OGRVRTDataSource/>",
        '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "aa">]><kml/>',
        "<!-- <kml> --><gpx/>",
        "",
        "kml",
    ],
)
def test_what_does_not_begin_as_kml_is_refused(tmp_path, text):
    """Other documents, and those with own entities, are not opened."""
    with pytest.raises(LayerError, match="cannot be read: this is not a KML file"):
        kml.read(written(tmp_path, text), Reading())

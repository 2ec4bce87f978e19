"""Archives are looked at before they are unpacked, and what is in them is read as if it lay there."""

import stat
import zipfile

import geopandas as gpd
import pytest
from shapely.geometry import Point

from geodata.errors import LayerError
from geodata.readers import archive, zipped
from geodata.readers.archive import require_harmless
from geodata.readers.reader import Reading, Source


def shapefile(folder, stem, names):
    path = folder / f"{stem}.shp"
    gpd.GeoDataFrame({"名称": names}, geometry=[Point(113, 23)] * len(names), crs=4326).to_file(
        path, encoding="gb18030"
    )
    path.with_suffix(".cpg").unlink(missing_ok=True)
    return [path.with_suffix(suffix) for suffix in (".shp", ".shx", ".dbf", ".prj")]


def packed(folder, members):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return Source(str(folder / "a.zip"), "t")


def read(source, layer=None):
    return zipped.read(source, Reading(layer=layer))


def test_shapefile_in_an_archive_is_read_in_its_encoding(tmp_path):
    """One Shapefile in a folder of the archive, with a note beside it."""
    files = {f"数据/{path.name}": path.read_bytes() for path in shapefile(tmp_path, "站点", ["白云区", "天河区"])}
    raw = read(packed(tmp_path, {**files, "说明.txt": b"x", "__MACOSX/._a.shp": b"x"}))
    assert raw.frame["名称"].tolist() == ["白云区", "天河区"]
    assert raw.encoding == "gb18030"
    assert "站点" in raw.remarks[0]


def test_names_packed_by_chinese_programs_are_read(tmp_path):
    """Names in GB18030 without the mark of UTF-8 come out in Chinese."""
    member = zipfile.ZipInfo("站点.shp".encode("gb18030").decode("cp437"))
    assert archive.member_name(member) == "站点.shp"


def test_several_layers_must_be_chosen_from(tmp_path):
    """Each file is a layer called after it; one file of several layers gives several."""
    files = {path.name: path.read_bytes() for stem in ("甲", "乙") for path in shapefile(tmp_path, stem, [stem])}
    for layer in ("roads", "sites"):
        gpd.GeoDataFrame({"n": [layer]}, geometry=[Point(113, 23)], crs=4326).to_file(tmp_path / "b.gpkg", layer=layer)
    source = packed(tmp_path, {**files, "b.gpkg": (tmp_path / "b.gpkg").read_bytes(), "note.csv": b"a\n1\n"})
    assert [layer.name for layer in zipped.layers(source)] == ["b/roads", "b/sites", "乙", "甲"]
    with pytest.raises(LayerError, match="3 layers; set layer to one of: b, 乙, 甲"):
        read(source)
    assert read(source, "甲").frame["名称"].tolist() == ["甲"]
    assert read(source, "b/sites").frame["n"].tolist() == ["sites"]
    with pytest.raises(LayerError, match='no layer "丙"'):
        read(source, "丙")


def test_files_of_one_name_are_told_apart_by_their_suffix(tmp_path):
    """No file hides another."""
    feature = b'{"type":"Feature","properties":{"n":1},"geometry":{"type":"Point","coordinates":[113,23]}}'
    files = {path.name: path.read_bytes() for path in shapefile(tmp_path, "a", ["甲"])}
    source = packed(tmp_path, {**files, "a.geojson": feature})
    assert [layer.name for layer in zipped.layers(source)] == ["a.geojson", "a.shp"]
    assert read(source, "a.shp").frame["名称"].tolist() == ["甲"]


@pytest.mark.parametrize("name", ["a.csv", "a.geojson"])
def test_only_layer_can_be_named(tmp_path, name):
    """By the name that a look at the archive gives."""
    content = b"a\n1\n" if name == "a.csv" else b'{"type":"Point","coordinates":[113,23]}'
    source = packed(tmp_path, {name: content})
    (layer,) = zipped.layers(source)
    assert read(source, layer.name).rows_in == 1


@pytest.mark.parametrize(
    "name", ["../a.geojson", "a/../../b.geojson", "/etc/a.geojson", "C:/a.geojson", "..\\a.geojson", "C:\\a.geojson"]
)
def test_names_that_lead_elsewhere_are_refused(tmp_path, name):
    """Nothing is unpacked from an archive that would write outside of its folder."""
    with pytest.raises(LayerError, match="names that lead out of the archive"):
        read(packed(tmp_path, {name: b"{}"}))
    assert [path.name for path in tmp_path.rglob("*")] == ["a.zip"]


def test_links_are_refused(tmp_path):
    """A link could point anywhere."""
    link = zipfile.ZipInfo("a.geojson")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        file.writestr(link, "/etc/passwd")
    with pytest.raises(LayerError, match="lead out of the archive"):
        require_harmless(tmp_path / "a.zip", source="t")


def test_archives_that_would_fill_the_disk_are_refused(tmp_path, monkeypatch):
    """Size, ratio and number of files have bounds, checked before anything is unpacked."""
    source = packed(tmp_path, {"a.csv": b"a\n" + b"0\n" * 150_000, "b.csv": b"1"})
    assert read(source, "a").rows_in == 150_000
    for limit, value in (("MOST_BYTES", 1000), ("SMALL_BYTES", 1000), ("MOST_MEMBERS", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(archive, limit, value)
            with pytest.raises(LayerError, match=r"would unpack|files in the archive"):
                read(source, "a")


def test_archive_without_layers_or_broken_is_refused(tmp_path):
    """A zip of pictures, and half a zip."""
    with pytest.raises(LayerError, match="no layer in the archive"):
        read(packed(tmp_path, {"a.png": b"x"}))
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(content[: len(content) // 2])
    with pytest.raises(LayerError, match="cannot be read as a zip archive"):
        read(Source(str(tmp_path / "a.zip"), "t"))

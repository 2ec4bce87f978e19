"""Damaged and hostile files: each is imported with every row accounted for, or refused by name; nothing else ever."""

import random
import shutil
import zipfile
from contextlib import suppress

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Point, Polygon

from geodata.errors import GeodataError
from geodata.importing.inspecting import inspect
from geodata.importing.layers import import_layer

HOSTILE = [
    "{{7*7}}",
    "'; DROP TABLE sites; --",
    "</script><script>",
    "=cmd|' /C calc'!A0",
    "../../etc/passwd",
    "名称" * 40,
    "a\nb",
    "geometry",
    "",
    "\u202eabc",
    "fid",
    "SELECT",
    "x" * 300,
    "%s%n",
]
SHAPES = [Point(113, 23), Polygon([(113, 23), (114, 23), (114, 24)]), LineString([(113, 23), (114, 24)]), None]
WISHES = [
    {},
    {"crs": 4326},
    {"crs": 32649, "swap_xy": True},
    {"wanted": "points", "datum": "gcj02"},
    {"wanted": "areas", "strict": True},
    {"where": "n > 1", "duplicate_ids": "suffix"},
    {"encoding": "gb18030"},
    {"target_crs": 32649},
]
PLACE = """<Placemark><name>{name}</name><ExtendedData><Data name="id"><value>{row}</value></Data>
<Data name="n"><value>{row}</value></Data></ExtendedData><Point><coordinates>113.{row},23</coordinates></Point>
</Placemark>"""
KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>名称</name>{places}</Document></kml>"""
GRAPHML = """<?xml version="1.0" encoding="UTF-8"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" attr.name="x"/><key id="y" attr.name="y"/><key id="n" attr.name="n"/>
<graph edgedefault="directed">{inside}</graph></graphml>"""
MOSTLY = 0.8
"""Share of the imports in which the user says what the originals need, so that the damage alone decides."""

FORMATS = ["shp", "gpkg", "geojson", "json", "fgb", "kml", "parquet", "csv", "tsv", "xlsx", "zip", "kmz", "graphml"]


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """One small good file of each format; a Shapefile is a folder of its parts."""
    folder = tmp_path_factory.mktemp("good")
    points = gpd.GeoDataFrame(
        {"名称": ["白云区", "天河区", "a"], "n": [1, 2, 3], "id": ["a", "b", "b"]},
        geometry=[Point(113 + n, 23) for n in range(3)],
        crs=4326,
    )
    (folder / "shp").mkdir()
    points.to_file(folder / "shp/a.shp", encoding="gb18030")
    (folder / "shp/a.cpg").unlink(missing_ok=True)
    mixed = gpd.GeoDataFrame({"名称": HOSTILE[:4], "n": range(4)}, geometry=SHAPES, crs=4326)
    for name, layer in (("a.gpkg", points), ("a.geojson", mixed), ("a.fgb", points)):
        layer.to_file(folder / name)
    places = "".join(PLACE.format(name=name, row=row) for row, name in enumerate(points["名称"]))
    (folder / "a.kml").write_text(KML.format(places=places), encoding="utf-8")
    points.to_parquet(folder / "a.parquet")
    table = points.drop(columns="geometry").assign(lon=[113.1, 113.2, 113.3], lat=[23.1, 23.2, 23.3])
    table.to_csv(folder / "a.csv", index=False)
    table.to_csv(folder / "a.tsv", index=False, sep="\t", encoding="gb18030")
    table.to_json(folder / "a.json", orient="records", force_ascii=False)
    table.to_excel(folder / "a.xlsx", index=False)
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for part in sorted((folder / "shp").iterdir()):
            archive.write(part, part.name)
    with zipfile.ZipFile(folder / "a.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "a.kml", "doc.kml")
    nodes = "".join(f'<node id="{n}"><data key="x">{113 + n}</data><data key="y">23</data></node>' for n in range(3))
    edges = "".join(f'<edge source="{n}" target="{(n + 1) % 3}"><data key="n">名称</data></edge>' for n in range(3))
    (folder / "a.graphml").write_text(GRAPHML.format(inside=nodes + edges), encoding="utf-8")
    return folder


def flipped(content, dice):
    """A few bytes changed."""
    changed = bytearray(content)
    for _ in range(dice.choice([1, 2, 5, 20])):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def truncated(content, dice):
    """The end, the beginning or the middle lost."""
    first, last = sorted(dice.randrange(len(content) + 1) for _ in range(2))
    return dice.choice([content[:last], content[first:], content[:first] + content[last:]])


def exchanged(content, dice):
    """Two stretches exchanged, as when columns are swapped."""
    marks = [b",", b"\t", b'"lon"', b"113", b"\n", b":", b"0"]
    mark = dice.choice(marks)
    parts = content.split(mark)
    one, other = (dice.randrange(len(parts)) for _ in range(2))
    parts[one], parts[other] = parts[other], parts[one]
    return mark.join(parts)


def renamed(content, dice):
    """A name or value replaced by a hostile one."""
    old = dice.choice(["名称".encode(), "名称".encode("gb18030"), b"n", b"id", b"lon", "白云区".encode(), b"Point"])
    return content.replace(old, dice.choice(HOSTILE).encode(), dice.choice([1, 1000]))


def doubled(content, dice):
    """The same twice, in one file."""
    at = dice.randrange(len(content) + 1)
    return content[:at] + content + content[at:]


MUTATIONS = [flipped, flipped, truncated, exchanged, renamed, doubled]


def mutated(originals, kind, folder, dice):
    """A damaged copy of the original of a format."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    source = originals / "shp" if kind == "shp" else originals / f"a.{kind}"
    files = sorted(source.iterdir()) if source.is_dir() else [source]
    damaged = dice.choice(files)
    for file in files:
        content = file.read_bytes()
        if file == damaged:
            for _ in range(dice.choice([1, 1, 2])):
                content = dice.choice(MUTATIONS)(content, dice)
            if len(files) > 1 and dice.random() < 0.1:
                continue
        (folder / file.name).write_bytes(content)
    return folder / f"a.{kind}"


def check(path, dice):
    """Import and inspect one file; how it ended."""
    wishes = dice.choice(WISHES)
    if path.suffix == ".graphml":
        wishes = {"layer": dice.choice(["edges", "nodes"]), **wishes}
    if dice.random() < MOSTLY:
        wishes = {"crs": 4326, "duplicate_ids": "suffix", **wishes}
    with suppress(GeodataError):
        inspect(path)
    try:
        layer, report = import_layer(path, **wishes)
    except GeodataError:
        return "refused"
    rejected = [row for rows in report.rejected.values() for row in rows]
    assert report.rows_in == len(layer) + len(rejected)
    assert len(set(rejected)) == len(rejected)
    report.to_dict()
    return "imported"


def outcomes(originals, kind, folder, seeds):
    """How many files were imported and refused."""
    counts = {"imported": 0, "refused": 0}
    for seed in seeds:
        dice = random.Random(f"{kind} {seed}")
        counts[check(mutated(originals, kind, folder / "case", dice), dice)] += 1
    return counts


@pytest.mark.parametrize("kind", FORMATS)
def test_originals_are_imported_whole(originals, kind):
    """The files that are damaged below are good before."""
    path = originals / "shp/a.shp" if kind == "shp" else originals / f"a.{kind}"
    chosen = {"layer": "edges"} if kind == "graphml" else {}
    layer, report = import_layer(path, crs=4326, duplicate_ids="suffix", **chosen)
    assert report.rows_in == 4 if kind == "geojson" else report.rows_in == len(layer) == 3


@pytest.mark.parametrize("kind", FORMATS)
def test_damaged_files_are_imported_with_every_row_or_refused(originals, kind, tmp_path):
    """Bytes flipped, ends cut, columns exchanged, hostile names: a layer and its report, or a fault."""
    assert sum(outcomes(originals, kind, tmp_path, range(25)).values()) == 25


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_many_damaged_files_are_imported_with_every_row_or_refused(originals, kind, tmp_path):
    """The same for some 20,000 files; the counts are on stdout."""
    counts = outcomes(originals, kind, tmp_path, range(1000, 2700))
    print(kind, counts)
    assert sum(counts.values()) == 1700
    assert min(counts.values()) > 0

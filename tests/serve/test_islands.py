"""The islands as they are built: small, whole, the same each time, and calling nobody."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.serve import places
from tests.serve.browser import need_islands
from web import islands

ALWAYS = ("htmx.js",)
WITH_A_MAP = (*ALWAYS, "map.js", "slider.js", "live.js")
WITH_A_NETWORK = (*WITH_A_MAP, "network.js", "cytoscape.js")


def compressed(names: tuple[str, ...]) -> int:
    return sum(len(gzip.compress((islands.ISLANDS / name).read_bytes())) for name in names)


def test_a_page_with_no_island_has_less_than_60_kb_of_script() -> None:
    need_islands()
    assert sum((islands.ISLANDS / name).stat().st_size for name in ALWAYS) < 60_000


@pytest.mark.parametrize("names", [WITH_A_MAP, WITH_A_NETWORK], ids=["map", "map and network"])
def test_a_page_with_islands_has_less_than_700_kb_of_script_compressed(names: tuple[str, ...]) -> None:
    need_islands()
    assert compressed(names) < 700_000


def test_the_map_does_not_bring_the_network_along() -> None:
    need_islands()
    assert compressed(("map.js",)) < 40_000
    assert compressed(("network.js",)) < 10_000


def test_what_is_built_is_told_and_licensed_and_has_no_source_map() -> None:
    need_islands()
    files = {path.name for path in islands.ISLANDS.iterdir()}
    assert files == {*WITH_A_NETWORK, "islands.css", "licences.txt", "built-from"}
    licences = (islands.ISLANDS / "licences.txt").read_text(encoding="utf-8")
    assert all(name in licences for name in ("cytoscape", "d3-zoom", "d3-selection", "htmx.org"))
    assert "sourceMappingURL" not in "".join(path.read_text("utf-8") for path in islands.ISLANDS.glob("*.js"))


def test_our_own_islands_name_no_other_server() -> None:
    need_islands()
    for name in ("map.js", "network.js", "live.js", "slider.js"):
        addresses = set(re.findall(r"https?://[^\"'`\s]+", (islands.ISLANDS / name).read_text(encoding="utf-8")))
        assert {address for address in addresses if not address.startswith("http://www.w3.org/")} == set(), name


def test_every_word_has_its_french() -> None:
    english, french = (json.loads((islands.WEB / f"src/words/{code}.json").read_text("utf-8")) for code in ("en", "fr"))
    assert english.keys() == french.keys()


def test_the_lock_names_no_address_and_hashes_everything() -> None:
    lock = json.loads((islands.WEB / "package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []


def test_packages_are_pinned_exactly() -> None:
    told = json.loads((islands.WEB / "package.json").read_text("utf-8"))
    pins = {**told["dependencies"], **told["devDependencies"]}
    assert [name for name, version in pins.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_islands_are_tested_on_what_the_server_draws_today() -> None:
    assert places.FILE.read_text(encoding="utf-8") == places.written(), "run `python -m tests.serve.places`"


def test_the_projection_and_its_inverse_agree_with_the_server_s() -> None:
    try:
        node, _ = islands.node()
    except islands.NotBuiltError as error:
        pytest.skip(str(error))
    line = [str(node), "--test", *(str(path) for path in sorted((islands.WEB / "test").glob("*.test.ts")))]
    ended = subprocess.run(line, cwd=islands.WEB, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    need_islands()
    if not islands.MODULES.exists():
        pytest.skip("the islands came built; there are no node_modules to build them again with")
    node, _ = islands.node()
    subprocess.run([str(node), "build.mjs", str(tmp_path)], cwd=islands.WEB, capture_output=True, check=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        path.name: path.read_bytes() for path in islands.ISLANDS.iterdir() if path != islands.STAMP
    }

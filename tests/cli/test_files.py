"""Files on the command line: what cannot be read or made is told by its name, and none is written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.cli import files
from comity.errors import ComityError, Malformed, Refused, Unavailable


def test_a_text_is_read_and_a_mark_before_it_is_none_of_it(tmp_path: Path) -> None:
    (tmp_path / "marked.txt").write_bytes("\ufeffgünstig\n".encode())
    assert files.read_text(str(tmp_path / "marked.txt")) == "günstig\n"


def test_what_is_no_text_is_refused_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes(b"one\ntwo\nthr\xe9e\n")
    with pytest.raises(Malformed, match="is no UTF-8 text") as told:
        files.read_text(str(tmp_path / "latin.txt"))
    assert told.value.where == f"{tmp_path / 'latin.txt'}:3"


@pytest.mark.parametrize("act", [files.read, files.read_text], ids=["bytes", "text"])
@pytest.mark.parametrize("name", ["none", "."], ids=["one that is not there", "a folder"])
def test_what_cannot_be_read_is_told(act: object, name: str, tmp_path: Path) -> None:
    assert callable(act)
    with pytest.raises(Unavailable, match="cannot be read") as told:
        act(str(tmp_path / name))
    assert told.value.where == str(tmp_path / name)
    assert told.value.next_step == "check the path"


def test_a_new_file_is_written_over_none(tmp_path: Path) -> None:
    path = tmp_path / "made"
    files.write_new(str(path), b"first")
    with pytest.raises(Refused, match="is there already"):
        files.write_new(str(path), b"second")
    assert path.read_bytes() == b"first"
    files.write(str(path), b"second")
    assert path.read_bytes() == b"second"


@pytest.mark.parametrize("name", ["none/made", "."], ids=["no such folder", "a folder"])
def test_what_cannot_be_written_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be written") as told:
        files.write(str(tmp_path / name), b"")
    assert told.value.next_step == "check the folder"
    with pytest.raises(ComityError):
        files.write_new(str(tmp_path / name), b"")

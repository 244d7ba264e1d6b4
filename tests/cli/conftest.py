"""What tests of the command line share."""

from __future__ import annotations

from pathlib import Path

import pytest

from comity.cli import main
from tests.serve.staff import PASSWORD


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """A book of Estonia's, in an empty folder, and the password of its programs at hand."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COMITY_TAXII_PASSWORD", PASSWORD)
    assert main(["ledger", "new", "b.comity"]) == 0
    assert main(["keys", "generate", "EST", "--book", "b.comity"]) == 0
    capsys.readouterr()
    return tmp_path

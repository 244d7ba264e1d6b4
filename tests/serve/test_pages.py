"""What an answer keeps of itself while it is kept between requests."""

from __future__ import annotations

import pytest

from tests.serve.desks import Visitor, book_of, desk_of

NAMED = {
    "/agreements?format=xlsx": "agreements.xlsx",
    "/agreements/calendar?format=ics": "agreements.ics",
    "/binds?kind=threat&victim=FIN&on=2023-10-08&format=csv": "commitments.csv",
}


@pytest.mark.parametrize("path", NAMED)
def test_a_file_has_its_name_the_first_time_and_the_second(path: str) -> None:
    reader = Visitor(desk_of(book_of([])), "POL")
    for _ in range(2):
        assert reader.get(path).headers["content-disposition"] == f'attachment; filename="{NAMED[path]}"'

"""The form of an agreement as a browser reads it off the page: every field with what is in it."""

from __future__ import annotations

from html.parser import HTMLParser


class Filled(HTMLParser):
    """Reads the fields of the form of a class, as they would be sent."""

    def __init__(self, page: str, of: str = "draft") -> None:
        super().__init__(convert_charrefs=True)
        self.fields: dict[str, str] = {}
        self.inside, self.of, self.area, self.choice = False, of, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = found.get("class") == self.of
        elif self.inside and tag == "input" and (found.get("type") != "checkbox" or "checked" in found):
            self.fields[found["name"]] = found.get("value", "")
        elif self.inside and tag == "textarea":
            self.area = found["name"]
            self.fields[self.area] = ""
        elif self.inside and tag == "select":
            self.choice = found["name"]
            self.fields[self.choice] = ""
        elif self.inside and tag == "option" and self.choice and "selected" in found:
            self.fields[self.choice] = found["value"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.choice = ""


def filled(page: str) -> dict[str, str]:
    """The fields of the form of an agreement on a page."""
    return Filled(page).fields

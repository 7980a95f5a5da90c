"""Typed values put back into the forms of a page: only for a person to look at and send again."""

from collections.abc import Callable, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

# What the page itself gives, and what nobody should find typed already.
_NOT_TYPED = {"hidden", "submit", "button", "image", "reset", "file", "password"}


def filled(html: str, here: str, action: str, typed: Sequence[tuple[str, str]], note: str) -> str:
    """Return a page with values typed into the form that posts to an action, under a note.

    The page stays as it is when it has no such form, or none of its fields.
    """
    filling = _Filling(lambda target: urljoin(here, target or here) == action, typed, note)
    filling.feed(html)
    filling.close()
    return "".join(filling.written) if filling.is_filled else html


class _Filling(HTMLParser):
    """Copies a page as it is, but for the fields that something was typed into."""

    def __init__(
        self, is_meant: Callable[[str | None], bool], typed: Sequence[tuple[str, str]], note: str
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.written: list[str] = []
        self.is_filled = False
        self._is_meant = is_meant
        self._note = note
        self._typed: dict[str, list[str]] = {}
        for name, value in typed:
            self._typed.setdefault(name, []).append(value)
        self._is_inside = False
        self._around: list[int] = []  # where the details begin in which we are
        self._select: list[str] | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        raw = self.get_starttag_text() or ""
        if tag == "form":
            is_post = (given.get("method") or "").lower() == "post"
            self._is_inside = is_post and self._is_meant(given.get("action"))
            if self._is_inside:
                raw += self._note
                self._open_around()
        elif self._is_inside:
            raw = self._with_typed(tag, given) or raw
        if tag == "details":
            self._around.append(len(self.written))
        self.written.append(raw)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            self.written.append(escape(self._area))
            self._area = None
        if tag == "select":
            self._select = None
        if tag == "form":
            self._is_inside = False
        if tag == "details" and self._around:
            self._around.pop()
        self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._area is None:
            self.written.append(data)

    def handle_entityref(self, name: str) -> None:
        self.handle_data(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_data(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.written.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.written.append(f"<!{decl}>")

    def _with_typed(self, tag: str, given: dict[str, str | None]) -> str:
        """Return a tag with what was typed, or nothing where the page's own one stays."""
        name, kind = given.get("name") or "", (given.get("type") or "text").lower()
        if tag == "option" and self._select is not None:
            return self._marked(tag, given, "selected", given.get("value") in self._select)
        if tag == "input" and kind in {"checkbox", "radio"}:
            value = given.get("value") or "on"
            return self._marked(tag, given, "checked", value in self._typed.get(name, []))
        if name not in self._typed:
            return ""
        if tag == "select":
            self._select = self._typed[name]
        elif tag == "textarea":
            self._area = self._next(name)
        elif tag == "input" and kind not in _NOT_TYPED:
            return self._marked(tag, given | {"value": self._next(name)}, "", False)
        return ""

    def _open_around(self) -> None:
        """Let what was typed not be folded away."""
        for place in self._around:
            if not self.written[place].endswith(" open>"):
                self.written[place] = f"{self.written[place].removesuffix('>')} open>"

    def _next(self, name: str) -> str:
        """Return what was typed into the next field of a name."""
        self.is_filled = True
        values = self._typed[name]
        return values.pop(0) if len(values) > 1 else values[0]

    def _marked(self, tag: str, given: dict[str, str | None], mark: str, is_so: bool) -> str:
        self.is_filled |= is_so and mark not in given
        others = {name: value for name, value in given.items() if name != mark}
        written = [
            name if value is None else f'{name}="{escape(value)}"' for name, value in others.items()
        ]
        return f"<{' '.join([tag, *written, *([mark] if is_so else [])])}>"

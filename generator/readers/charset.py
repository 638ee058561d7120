"""Decoding: the bytes of a page become text by the encoding that they, their sender or the page itself name."""

from __future__ import annotations

import codecs
import re

from generator.resource import ResourceError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""The byte order marks, each before those that it begins with, and the encodings that they announce."""

_NAMED = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_PRESCAN_BYTES = 1024
"""How far browsers look for the encoding that a page names (WHATWG HTML, 13.2.3.2)."""

_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252"}
"""What pages call so is windows-1252 to every browser (WHATWG Encoding, 4.2)."""

_KNOWN = re.compile(
    r"utf-(?:8|16(?:-[lb]e)?|32(?:-[lb]e)?)|iso8859-\d+|cp125\d|cp932|cp949|ascii|shift_jis|euc_(?:jp|kr)|iso2022_jp"
    r"|gb2312|gbk|gb18030|big5|koi8-[ru]"
)
"""Encodings of text by Python's names; its other codecs turn bytes into something else, or take long."""


def decoded(content: bytes, content_type: str, where: str) -> str:
    """Decode strictly: by the mark at the start, the content type, the page's own word, else UTF-8. ResourceError."""
    name = _encoding(content, content_type, where)
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        raise ResourceError(
            f"{where}: not the {name.upper()} text it should be: {error.reason} at byte {error.start}; save it as UTF-8"
        ) from error
    if "\0" in text:
        raise ResourceError(f"{where}: expected a page of text, got binary content")
    return text


def marked(content: bytes) -> str | None:
    """Give the encoding that a byte order mark at the start announces; None if there is no mark."""
    return next((name for mark, name in _MARKS if content.startswith(mark)), None)


def _encoding(content: bytes, content_type: str, where: str) -> str:
    announced = marked(content)
    if announced is not None:
        return announced
    told = _NAMED.search(content_type.encode()) or _NAMED.search(content[:_PRESCAN_BYTES])
    if told is None:
        return "utf-8"
    asked = told[1].decode("ascii", "replace")
    try:
        name = codecs.lookup(asked).name
    except LookupError as error:
        raise ResourceError(f"{where}: names an encoding that is not known, {asked}; save it as UTF-8") from error
    if not _KNOWN.fullmatch(name):
        raise ResourceError(f"{where}: names {asked}, which is no encoding of text; save it as UTF-8")
    return _READ_AS.get(name, name)

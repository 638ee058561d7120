"""Reports to read: what is known of environments comes in, pages in HTML and Markdown go out. Start at `write.py`."""

from registry.pages.write import write_pages

__all__ = ["write_pages"]

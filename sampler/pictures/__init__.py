"""Pictures of a tool graph: as GraphML for other programs, as SVG, and as one page to explore.

Start reading at `layout.py`, which says what is drawn where; `svg.py` and `html.py` write it, `graphml.py` writes all.
"""

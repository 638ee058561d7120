"""Tasks with executed truth: admitted environments and a farm come in, a tasks file goes out.

Start reading at `sample`; `walk` grows a call plan in a live session, `execute` turns it into truth.
"""

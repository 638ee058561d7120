"""The front door: commands come in, results go out on stdout, progress and complaints on stderr.

Start reading at `main.py`; each other module is one command or a few that belong together. A command parses, calls one
function of a floor below, and prints.
"""

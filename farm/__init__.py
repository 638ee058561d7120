"""Environments seen from outside: in go folders or the URL of running hosts, out come sessions.

`Farm.launch` starts a host process, `Farm.attach` uses one that is up; `Farm.open` gives a `Session`: one episode with
a private world in each of its environments. `connect_stdio` and `connect_url` speak to any MCP server. Start reading at
`farm.py`, then `session.py`; `compose.py`, `eject.py` and `client_config.py` take environments elsewhere.
"""

from farm.errors import FarmError
from farm.farm import Farm
from farm.link import Link, Tool, connect_stdio, connect_url
from farm.session import Session

__all__ = ["Farm", "FarmError", "Link", "Session", "Tool", "connect_stdio", "connect_url"]

"""The house stands as docs/architecture.md draws it: floors, doors, sizes. Each finding names file, line and rule."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOMES = {
    "envkit": ROOT / "envkit" / "src" / "envkit",
    "envfarm_gym": ROOT / "adapters" / "src" / "envfarm_gym",
}
"""Packages that are distributions of their own."""

FLOORS = (
    {"envkit", "envfarm_gym"},
    {"farm", "chat"},
    {"registry"},
    {"generator", "sampler"},
    {"rollouts"},
    {"evaluation"},
    {"cli", "console"},
)
FLOOR = {package: number for number, packages in enumerate(FLOORS) for package in packages}

DOORS = {
    "fastmcp": ("farm/gateway.py",),
    "mcp": ("envkit/", "farm/link.py"),
    "mcp_types": ("envkit/", "farm/link.py"),
    "httpx2": ("farm/link.py",),
    "httptools": ("farm/connection.py",),
    "aiohttp": (
        "farm/listen.py",
        "rollouts/gym/web.py",
        "generator/explore/web.py",
        "generator/explore/addresses.py",
        "evaluation/atlas/web.py",
    ),
    "protego": ("generator/explore/robots.py",),
    "yarl": ("generator/explore/url.py",),
    "uvicorn": ("envkit/serve.py", "envkit/front.py", "adapters/src/envfarm_gym/openenv.py"),
    "starlette": ("envkit/",),
    "sqlite3": (
        "envkit/store.py",
        "envkit/contents.py",
        "envkit/tables.py",
        "envkit/world.py",
        "envkit/still.py",
        "envkit/environment.py",
        "registry/checks/tables.py",
        "cli/doctor.py",
    ),
    "sqlalchemy": ("registry/ledger.py",),
    "aiosqlite": ("registry/ledger.py",),
    "networkx": ("sampler/graph.py", "sampler/pictures/graphml.py"),
    "openai": ("chat/client.py", "adapters/src/envfarm_gym/verifiers.py"),
    "click": ("cli/",),
    "hypothesis": ("registry/checks/machine.py",),
    "tqdm": ("cli/",),
    "yaml": ("generator/",),
    "googleapiclient": ("generator/readers/",),
    "botocore": ("generator/readers/",),
    "html_to_markdown": ("generator/readers/pages.py",),
    "pyarrow": ("rollouts/export/parquet.py",),
    "bfcl_eval": ("evaluation/bfcl/library.py",),
    "tau2": ("evaluation/tau2/domain.py",),
    "ray": ("rollouts/engines/cluster.py",),
    "verifiers": ("adapters/src/envfarm_gym/verifiers.py",),
    "skyrl_gym": ("adapters/src/envfarm_gym/skyrl.py",),
    "openenv": ("adapters/src/envfarm_gym/openenv.py",),
    "fastapi": ("adapters/src/envfarm_gym/openenv.py", "adapters/src/envfarm_gym/nemo_gym.py"),
    "inspect_ai": ("adapters/src/envfarm_gym/inspect_ai.py",),
    "verl": ("adapters/src/envfarm_gym/verl.py",),
    "nemo_gym": ("adapters/src/envfarm_gym/nemo_gym.py",),
}
"""A library that changes under us costs the files named here and no other. `world.py`, `still.py` and `environment.py`
name sqlite3's connection and error types but write no SQL; the registry's schema check reads the constraints of a
database on its own, since it must not trust the kit; the doctor asks for the version."""

MODULE_LINES, MEDIAN_LINES, FUNCTION_LINES, FACE_NAMES, SETTINGS = 400, 180, 60, 12, 25
AUTHORING_FACE_NAMES = 24
"""envkit's face is the vocabulary that emitted servers are written in, so it is wider than others."""

BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "data", "info", "misc"}
SQL = re.compile(r"\b(SELECT .+ FROM|INSERT INTO|UPDATE .+ SET|DELETE FROM|CREATE TABLE)\b")


def packages() -> list[str]:
    return [name for name in FLOOR if home(name).is_dir()]


def home(package: str) -> Path:
    return HOMES.get(package, ROOT / package)


@cache
def modules() -> dict[str, Path]:
    """Return every module of the house by its dotted name."""
    found = {}
    for package in packages():
        for path in sorted(home(package).rglob("*.py")):
            parts = path.relative_to(home(package).parent).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def shown(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield the modules a file imports, with the line; a name out of a package counts as a module if it is one."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path, node.lineno)}: imports are absolute"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield (inner if inner in modules() else str(node.module)), node.lineno


def test_packages_import_only_from_floors_below():
    broken = []
    for name, path in modules().items():
        package = name.split(".")[0]
        for imported, line in imports(path):
            other = imported.split(".")[0]
            if other in FLOOR and other != package and FLOOR[other] >= FLOOR[package]:
                broken.append(f"{shown(path, line)}: {package} may not import {other}, which is not on a floor below")
    assert not broken, "\n".join(broken)


def test_modules_do_not_import_in_a_circle():
    graph = {
        name: {other for other, _ in imports(path) if other in modules() and other != name}
        for name, path in modules().items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, f"a circle of imports: {' -> '.join((*trail[trail.index(name) :], name))}"
        if name not in done:
            for other in sorted(graph[name]):
                visit(other, (*trail, name))
            done.add(name)

    for name in sorted(graph):
        visit(name, ())


def test_each_library_has_its_doors():
    broken = []
    for path in modules().values():
        place = str(path.relative_to(HOMES["envkit"].parent if HOMES["envkit"] in path.parents else ROOT))
        for imported, line in imports(path):
            doors = DOORS.get(imported.split(".")[0])
            if doors is not None and not place.startswith(doors):
                broken.append(f"{shown(path, line)}: {imported} may be imported only by {', '.join(doors)}")
    assert not broken, "\n".join(broken)


def test_sql_of_a_world_is_written_in_few_modules_only():
    allowed = {"store.py", "contents.py", "tables.py"}
    broken = [
        f"{shown(path, node.lineno)}: SQL outside of {', '.join(sorted(allowed))}"
        for name, path in modules().items()
        if name.startswith("envkit.") and path.name not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL.search(node.value)
    ]
    assert not broken, "\n".join(broken)


def test_the_process_environment_is_read_in_the_settings_only():
    allowed = {ROOT / "cli" / "settings.py", ROOT / "farm" / "launch.py", HOMES["envfarm_gym"] / "client.py"}
    broken = [
        f"{shown(path, node.lineno)}: the process environment is read in cli/settings.py (farm/launch.py hands it on)"
        for path in modules().values()
        if path not in allowed
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"}
    ]
    assert not broken, "\n".join(broken)


def test_modules_and_functions_keep_to_their_budgets():
    broken, sizes = [], []
    for path in modules().values():
        lines = len(path.read_text("utf-8").splitlines())
        sizes.append(lines)
        if lines > MODULE_LINES:
            broken.append(f"{shown(path)}: {lines} lines, {MODULE_LINES} at most")
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                length = node.end_lineno - node.lineno + 1
                if length > FUNCTION_LINES:
                    broken.append(
                        f"{shown(path, node.lineno)}: {node.name} has {length} lines, {FUNCTION_LINES} at most"
                    )
    assert not broken, "\n".join(broken)
    assert sorted(sizes)[len(sizes) // 2] <= MEDIAN_LINES


def test_every_module_says_what_it_is_for():
    broken = [f"{shown(path)}: has no docstring" for path in modules().values() if not ast.get_docstring(tree(path))]
    assert not broken, "\n".join(broken)


def test_no_module_has_a_name_that_says_nothing():
    broken = [shown(path) for path in modules().values() if path.stem.strip("_") in BANNED_NAMES]
    assert not broken, f"names that say nothing: {', '.join(broken)}"


def test_the_face_of_a_package_is_small():
    for package in packages():
        init = tree(home(package) / "__init__.py")
        names = {
            alias.asname or alias.name
            for node in init.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        limit = AUTHORING_FACE_NAMES if package == "envkit" else FACE_NAMES
        assert len(names) <= limit, f"{package}/__init__.py offers {len(names)} names, {limit} at most"


def test_the_face_of_a_package_inside_another_is_small():
    inner = [path for package in packages() for path in sorted(home(package).glob("*/**/__init__.py"))]
    offered = {
        shown(path): [ast.literal_eval(each) for each in node.value.elts]
        for path in inner
        for node in tree(path).body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.List)
        and ast.unparse(node.targets[0]) == "__all__"
    }

    assert offered
    assert {path: names for path, names in offered.items() if len(names) > FACE_NAMES} == {}


def test_settings_are_few():
    settings = tree(ROOT / "cli" / "settings.py")
    fields = [
        item
        for node in settings.body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
        for item in node.body
        if isinstance(item, ast.AnnAssign)
    ]
    assert 0 < len(fields) <= SETTINGS


def servers() -> list[Path]:
    return sorted((ROOT / "servers").glob("*/*/server.py"))


@pytest.mark.parametrize("server", servers(), ids=lambda path: path.parent.name)
def test_a_server_imports_envkit_and_nothing_else_of_ours(server: Path):
    for imported, line in imports(server):
        top = imported.split(".")[0]
        assert top == "envkit" or top in sys.stdlib_module_names, f"{shown(server, line)}: imports {imported}"


def test_both_distributions_ask_for_the_same_libraries():
    kit = tomllib.loads((ROOT / "envkit" / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    farm = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert set(kit) <= set(farm), "envfarm's wheel carries envkit, so it needs all that envkit needs"

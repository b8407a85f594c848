"""The rules of the house, read from the source: imports run downhill, rooms never meet, small functions, no cycles."""

import ast
import statistics
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "briefing"
ROOMS = ("sources", "insights", "stories", "editions", "delivery")
LAYERS = {
    "model": 0,
    "errors": 0,
    "packaged": 0,
    "bodystructure": 1,
    "ports": 1,
    "text": 1,
    "disk": 1,
    "embedding": 2,
    "endpoint": 2,
    "mailbox": 2,
    **dict.fromkeys(ROOMS, 3),
    "store": 3,
    "config": 3,
    "pipeline": 4,
    "testing": 4,
    "jobs": 5,
    "mailing": 5,
    "app": 6,
    "demo": 7,
    "web": 7,
    "cli": 8,
    "__main__": 9,
    "__init__": 0,
}
MAY_TOUCH_THE_WORLD = (
    "sources/guard.py",
    "sources/feed_child.py",
    "sources/feed_pool.py",
    "sources/http.py",
    "sources/politeness.py",
    "sources/transfer.py",
    "sources/speech.py",
    "delivery/dialogue.py",
    "delivery/smtp.py",
    "delivery/folder.py",
    "delivery/notes.py",
    "delivery/chat.py",
    "endpoint.py",
    "mailbox.py",
    "app.py",
    "mailing.py",
    "disk.py",
    "demo.py",
    "packaged.py",
    "__main__.py",
    "store/",
    "pipeline/",
    "jobs/",
    "web/",
    "cli/",
)
WORLD = {
    "socket",
    "subprocess",
    "aiohttp",
    "smtplib",
    "yagmail",
    "imaplib",
    "sqlite3",
    "sqlalchemy",
    "shutil",
    "tempfile",
    "asyncio",
}
LONGEST_FILE, MEDIAN_FILE, LONGEST_FUNCTION = 400, 120, 50


@cache
def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "migrations/versions" not in p.as_posix())


def inside(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def unit(path: Path) -> str:
    return inside(path).partition("/")[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def imports(path: Path) -> frozenset[str]:
    """Full names imported by a module, at its top or in a function."""
    nodes = list(ast.walk(tree(path)))
    whole = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = (node for node in nodes if isinstance(node, ast.ImportFrom) and node.module)
    return frozenset(whole | {f"{node.module}.{alias.name}" for node in froms for alias in node.names})


def own(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("briefing.") and name != "briefing.__version__"}


def functions() -> Iterator[tuple[str, int]]:
    """Every function with its lines of code: without decorators, docstring, blank lines and comments."""
    for path in modules():
        lines = path.read_text("utf-8").splitlines()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                span = range(body[0].lineno - 1, node.end_lineno or 0) if body else range(0)
                code = [i for i in span if lines[i].strip() and not lines[i].lstrip().startswith("#")]
                yield f"{inside(path)}:{node.name}", len(code)


def test_imports_run_downhill() -> None:
    pairs = ((path, there) for path in modules() for there in own(path) - {unit(path)})
    assert not [f"{inside(path)} imports briefing.{there}" for path, there in pairs if LAYERS[there] >= LAYERS[unit(path)]]


def test_only_io_modules_touch_the_world() -> None:
    others = (path for path in modules() if not inside(path).startswith(MAY_TOUCH_THE_WORLD))
    touched = {inside(path): {name.partition(".")[0] for name in imports(path)} & WORLD for path in others}
    assert not {path: names for path, names in touched.items() if names}


def homes(name: str) -> set[str]:
    """The modules in which a name may stand: `a.b.c` -> `a`, `a.b` and `a.b.c`."""
    parts = name.split(".")
    return {".".join(parts[:size]) for size in range(1, len(parts) + 1)}


def test_no_import_cycle() -> None:
    graph = {
        inside(path).removesuffix(".py").replace("/", "."): {name.removeprefix("briefing.") for name in imports(path)}
        for path in modules()
    }
    edges = {name: set().union(*map(homes, targets)) & graph.keys() - {name} for name, targets in graph.items()}
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in edges[name]:
                visit(other, (*path, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_files_and_functions_stay_small() -> None:
    sizes = {inside(path): len(path.read_text("utf-8").splitlines()) for path in modules()}
    long_files = {name: size for name, size in sizes.items() if size > LONGEST_FILE}
    long_functions = {name: size for name, size in functions() if size > LONGEST_FUNCTION}
    assert not long_files
    assert not long_functions
    assert statistics.median(sizes.values()) <= MEDIAN_FILE


def test_functions_are_mostly_tiny() -> None:
    sizes = [size for _, size in functions()]
    assert statistics.median(sizes) <= 6
    assert sum(size <= 22 for size in sizes) / len(sizes) >= 0.90


def test_every_package_says_what_it_is_in_one_sentence() -> None:
    for init in PACKAGE.rglob("__init__.py"):
        if "versions" not in init.as_posix():
            assert ast.get_docstring(ast.parse(init.read_text("utf-8"))), init

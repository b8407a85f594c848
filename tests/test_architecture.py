"""The rules of the house, read from the source: imports run downhill, rooms never meet, small functions, no cycles."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "migrations/versions" not in p.as_posix())


def unit(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Full names imported by a module, each with whether the import stands inside a function."""
    tree = ast.parse(path.read_text("utf-8"))
    inside = {n for f in ast.walk(tree) if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef) for n in ast.walk(f)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", node in inside) for alias in node.names)


def own(path: Path) -> Iterator[str]:
    return (name.split(".")[1] for name, _ in imports(path) if name.startswith("briefing.") and name != "briefing.__version__")


def functions() -> Iterator[tuple[str, int]]:
    """Every function with its lines of code: without decorators, docstring, blank lines and comments."""
    for path in modules():
        lines = path.read_text("utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                span = range(body[0].lineno - 1, node.end_lineno or 0) if body else range(0)
                code = [i for i in span if lines[i].strip() and not lines[i].lstrip().startswith("#")]
                yield f"{path.relative_to(PACKAGE)}:{node.name}", len(code)


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_run_downhill(path: Path) -> None:
    here = unit(path)
    for there in own(path):
        if there != here:
            assert LAYERS[there] < LAYERS[here], f"{path.relative_to(PACKAGE)} imports briefing.{there}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_only_io_modules_touch_the_world(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    if name.startswith(MAY_TOUCH_THE_WORLD):
        return
    touched = {full.split(".")[0] for full, _ in imports(path)} & WORLD
    assert not touched, f"{name} imports {touched}"


def test_no_import_cycle() -> None:
    graph = {
        ".".join(p.relative_to(PACKAGE).with_suffix("").parts): {
            full.removeprefix("briefing.") for full, _ in imports(p) if full.startswith("briefing.")
        }
        for p in modules()
    }
    edges = {
        a: {b for b in graph if b != a and any(t == b or t.startswith(b + ".") for t in targets)} for a, targets in graph.items()
    }
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
    sizes = {str(path.relative_to(PACKAGE)): len(path.read_text("utf-8").splitlines()) for path in modules()}
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

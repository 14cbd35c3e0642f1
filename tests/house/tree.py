"""The house as files."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = (
    "adapters",
    "audit",
    "bench",
    "domain",
    "eventlog",
    "notifiers",
    "projections",
    "runtime",
    "web",
)


def modules(root: Path, *folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (root / folder).rglob("*.py"))


def tracked(root: Path) -> list[Path]:
    """Return the files that are, or are about to be, under version control."""
    everywhere = ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z"]
    listed = subprocess.run(  # noqa: S603 - fixed words
        [*everywhere, "--cached", "--others", "--exclude-standard"], capture_output=True, check=True
    )
    names = {name for name in listed.stdout.decode().split("\0") if name}
    return sorted(path for path in (root / name for name in names) if path.is_file())


def run_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a fresh Python in the root of the house."""
    return subprocess.run(  # noqa: S603 - our own Python
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def called_names(tree: ast.AST) -> set[str]:
    """Return the last word of everything that is called."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {
        call.attr if isinstance(call, ast.Attribute) else call.id
        for call in calls
        if isinstance(call, ast.Attribute | ast.Name)
    }


def named(paths: Iterable[Path], root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in paths]

"""What is read stays here: no library reports to its maker, and none leaves a mark of this machine."""

import os
import subprocess
import sys
from pathlib import Path


def test_the_scorers_runtime_reports_nothing(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in ("ORT_DISABLE_TELEMETRY", "CI", "XDG_CACHE_HOME")}
    program = "import briefing.insights.encoder"
    subprocess.run([sys.executable, "-c", program], env=environ | {"HOME": str(tmp_path)}, check=True, timeout=120)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

"""Where the test data lies: `$BRIEFING_DATA`, or beside the project."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data"))
TOOLS = Path(os.environ.get("BRIEFING_TOOLS", DATA.parent / "tools"))

"""A self-hosted editor's desk: five insights worth a reader's morning, each with its proof."""

import os

__version__ = "0.1.0"

# onnxruntime reports to its maker from the moment it is imported, unless this stands in the environment before.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

"""The parts of a feeds.toml that several installations of measurements share."""

READING = """
[briefing]
timezone = "UTC"
[poll]
allow_addresses = ["127.0.0.0/8"]
"""
MAIL = """
[mail]
transport = "smtp"
from = "The Daily Brief <brief@brief.example>"
host = "127.0.0.1"
port = {port}
security = "none"
"""

"""What several installations of measurements share: a secret, and parts of a feeds.toml."""

SECRET = {"BRIEFING_SECRET": "k" * 32}
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

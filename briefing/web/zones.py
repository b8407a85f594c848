"""Time zones that the forms suggest; every other name of the tz database may be typed."""

NAMES = """
UTC Africa/Cairo Africa/Johannesburg Africa/Lagos Africa/Nairobi America/Bogota America/Buenos_Aires America/Chicago
America/Denver America/Halifax America/Lima America/Los_Angeles America/Mexico_City America/New_York America/Phoenix
America/Santiago America/Sao_Paulo America/Toronto America/Vancouver Asia/Bangkok Asia/Dhaka Asia/Dubai Asia/Hong_Kong
Asia/Jakarta Asia/Jerusalem Asia/Karachi Asia/Kolkata Asia/Manila Asia/Riyadh Asia/Seoul Asia/Shanghai Asia/Singapore
Asia/Taipei Asia/Tehran Asia/Tokyo Australia/Brisbane Australia/Melbourne Australia/Perth Australia/Sydney
Europe/Amsterdam Europe/Athens Europe/Berlin Europe/Brussels Europe/Dublin Europe/Helsinki Europe/Istanbul Europe/Kyiv
Europe/Lisbon Europe/London Europe/Madrid Europe/Moscow Europe/Paris Europe/Prague Europe/Rome Europe/Stockholm
Europe/Vienna Europe/Warsaw Europe/Zurich Pacific/Auckland Pacific/Honolulu
"""
COMMON_ZONES = tuple(NAMES.split())

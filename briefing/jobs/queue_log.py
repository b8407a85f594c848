"""What procrastinate may say in the log."""

import logging


def in_few_words() -> None:
    """Warnings and errors without tracebacks: a connection that is lost is news, and no fault of a program."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    for name in ("procrastinate.manager", "procrastinate.worker", "procrastinate.worker.worker", "procrastinate.utils"):
        logging.getLogger(name).addFilter(_without_traceback)


def _without_traceback(record: logging.LogRecord) -> bool:
    record.exc_info, record.exc_text = None, None
    return True

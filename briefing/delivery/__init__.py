"""Edition -> inbox: when a mail is due, whether it may be sent, and how it is."""

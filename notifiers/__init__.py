"""Notifiers tell: facts become mails that never carry health information."""

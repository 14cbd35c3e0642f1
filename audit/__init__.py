"""Audit answers what happened, from the log alone and without any key."""

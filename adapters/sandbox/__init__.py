"""Stand-ins of the vendors on this machine, speaking the vendors' own protocols."""

"""Projections remember: events become the read models that people see. They never decide."""

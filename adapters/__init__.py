"""Adapters talk to vendors: each converts arguments, calls, and converts errors; no policy."""

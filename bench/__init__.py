"""Measures what the house promises, side by side with a baseline in the same run."""

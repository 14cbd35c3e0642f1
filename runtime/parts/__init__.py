"""The processes that make up the running product; each loads what its work needs, and no more."""

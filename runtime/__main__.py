"""`python -m runtime` is the command line."""

from runtime.command_line import main

main()

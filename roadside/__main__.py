"""``python -m roadside`` is the command line."""

from roadside.cli import main

main()

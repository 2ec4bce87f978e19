"""`python -m siting`: the command line where the program `siting` is not on the path."""

from siting.cli import main

main()

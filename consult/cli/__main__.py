"""`python -m consult.cli`: the `consult` command, where scripts are not on the path."""

from consult.cli import main

main()

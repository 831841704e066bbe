"""`python -m symsync` is the command line."""

from symsync.cli import console

console()

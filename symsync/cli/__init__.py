"""The command line.

Modules, in reading order:

- `arguments`: what the commands take, and how it is read.
- `files`: commands that write files: code, scan, figure, explore.
- `commands`: commands that print what they find, and the table of all.
"""

from symsync.cli.commands import console, main

__all__ = ["console", "main"]

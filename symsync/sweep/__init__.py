"""Evaluate formulas over grids that outgrow memory, one process or one machine.

Modules, in reading order:

- `layouts`: a grid of parameters, and the chunks into which it is cut.
- `quantities`: formulas that are evaluated together, and what a file says of them.
- `chunk_work`: one chunk, computed and written.
- `stores`: a folder of Zarr that knows which chunks it holds.
- `refinement`: a scan that is fine only where a level or a maximum lies.
- `engines`: chunks shared out to threads or to a cluster.
- `scans`: a scan from its arguments to its dataset.

A scan is a table of chunks.  Which points a chunk holds follows from the grid alone, so that one
machine or a hundred compute the same numbers.  A worker evaluates a chunk, writes its values and
then its line of the record: how many of its points have no value, and where.  What has a line is
done, and what has none is computed when the scan is started again.
"""

from symsync.sweep.scans import refine, scan

__all__ = ["refine", "scan"]

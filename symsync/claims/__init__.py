"""Decide what the Letter says, and what the package says of itself.

Modules, in reading order:

- `printed`: the Letter's equations and numbers, typed by hand; the only place for them.
- `ledger`: what a claim, its evidence and the verdict on it are.
- `regression`: the Letter's two straight lines, fitted to the exact state.
- `common`: what the themes share.
- `model`, `first_order`, `locking`, `entanglement`, `measured`, `all_orders`: one theme each.
- `themes`: all claims in their order.
- `verification`: decides them and reports.
"""

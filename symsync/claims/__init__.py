"""Decide what the Letter says, and what the package says of itself.

Modules, in reading order:

- `printed`: the Letter's equations and numbers, typed by hand; the only place for them.
- `ledger`: what a claim, its evidence and the verdict on it are.
- `regression`: the Letter's two straight lines, fitted to the exact state.
- `common`: what the themes share.
- `own_model`: whether the engine and the numeric reference agree on a model of one's own.
- `model`, `first_order`, `locking`, `entanglement`, `measured`: the themes of the Letter.
- `all_orders`, `where_it_locks`, `engine`: the themes of the package.
- `model_table`: models of many kinds, which what is to hold for any model is tried on.
- `in_prime_field`: their exact states solve Lρ = 0.
- `themes`: all claims in their order.
- `verification`: decides them and reports.
"""

"""Decide what the Letter says, what the package says of itself, and what other papers say.

Modules, in reading order:

- `printed`: the Letter's equations and numbers, typed by hand; the only place for them.
- `ledger`: what a claim, its evidence and the verdict on it are.
- `regression`: the Letter's two straight lines, fitted to the exact state.
- `common`: what the themes share.
- `own_model`: whether the engine and the numeric reference agree on a model of one's own.
- `at_points`: pairs of formulas as numbers, and where their couplings go to zero.
- `claim_answer`: what is found about somebody's formula, which prints as a sentence.
- `translated_claim`: a claim and the formula that it is compared with, in the same symbols.
- `of_others`: whether somebody's formula equals what the package derives.
- `model`, `first_order`, `locking`, `entanglement`, `measured`: the themes of the Letter.
- `beside_locking`, `all_orders`, `where_it_locks`, `engine`: the themes of the package.
- `printed_elsewhere`: other papers, and what they print, typed by hand.
- `beside_reference`: their formulas beside the numeric reference.
- `driven_spins`, `coupled_spins`, `two_qubits`: the theme of other papers.
- `model_table`: models of many kinds, which what is to hold for any model is tried on.
- `in_prime_field`: their exact states solve Lρ = 0.
- `themes`: all claims in their order.
- `verification`: decides them and reports.
"""

"""Read off a state what it says about locking, entanglement and information.

Modules, in reading order:

- `phase_locking`: the Husimi function and the distributions of phases.
- `weight_table`: which element of a pair locks the relative phase how much.
- `bipartition`: two groups of sites, the partial transpose and its blocks.
- `weak_coupling`: what is known order by order in the coupling.
- `entanglement`: negativity, and the Schmidt form of the first order.
- `information`: mutual information and purity.
"""

"""State spins, their limit cycles and the couplings between them.

Modules, in reading order:

- `spin`: exact operators and kets of a spin S.
- `coherent_states`: coherent states of a spin.
- `limit_cycle`: a spin and the jumps that stabilise it.
- `boson`: oscillators that are cut at some levels, with a and a†.
- `noise`: limit cycles with a temperature, and with a phase that diffuses.
- `coupling`: exchange, drive, shared jumps and any other Hermitian term.
- `qutip_objects`: operators as objects of QuTiP.
- `system`: sites, couplings and frequencies together.
- `graphs`: systems from chains, rings, stars and any other graph.
- `given_matrices`: matrices that users give, as arrays in one order of kets.
- `matrix_operators`: matrices of floats as operators, in ladders or transitions.
- `qutip_models`: systems from the Hamiltonian and the collapse operators of QuTiP.
- `printed_operators`: operator equations as they are printed, and their matrices.
"""

"""Read off a state what it says about locking, entanglement and information.

Modules, in reading order:

- `phase_weights`: how much each matrix element weighs in a phase, by the Beta function.
- `weight_table`: which element of a pair locks the relative phase how much.
- `husimi_function`: the Husimi function of a state.
- `spin_wigner_function`: the Wigner function of spins.
- `fock_states`: oscillators, the last level that they hold, and their phase space.
- `phase_locking`: the distributions of phases and of relative phases.
- `joint_phases`: the phases of several sites at once, and where they are largest.
- `phase_maximum`: where they are largest.
- `expectations`: expectation values, correlations, coherences and order parameters.
- `time_windows`: Pearson's coefficient of two quantities over a window of time.
- `bipartition`: two groups of sites, the partial transpose and its blocks.
- `split_blocks`: blocks that a perturbation splits, and their kernels.
- `weak_coupling`: what is known order by order in the coupling.
- `weak_negativity`: the first two orders of the negativity.
- `weak_information`: the first terms of the mutual information.
- `coherence_measures`: the coherences of a state, and how far it is from having none.
- `estimation`: Fisher information, quantum and classical.
- `entanglement`: negativity and its threshold, and the Schmidt form of the first order.
- `two_qubits`: concurrence and entanglement of formation of two spins 1/2.
- `information`: entropy, mutual information and purity.
- `boundaries`: where a measure reaches a level.
- `arrival`: when a measure in time arrives, and how fast.
- `correlations`: two-time correlations, power spectra and where they are largest.
"""

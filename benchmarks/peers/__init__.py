"""The contenders of benchmarks/engines.py, and what they all share.

    works.py        the works: a network, its rows, batch and epochs      rows.py    their numbers
    contenders.py   who trains      turns.py    each in a process      tables.py    what is printed
    clock.py        when the training began and each epoch ended      outcome.py    how it ended
    ours.py         dltrain         keras_fit.py    `model.fit`; networks in keras_networks.py
    pytorch.py      a plain loop    lightning_fit.py    Lightning; networks in torch_networks.py
    jax_loop.py     JAX; networks in jax_networks.py
    matrices.py     how fast the machine multiplies matrices

Every contender is a module with `train(work, rows, clock, variant)`; its framework is imported in
a process of its own. All of them shuffle each epoch, use Adam at 0.001 with Keras's epsilon, and
sum up loss and accuracy. Threads are left at each framework's default.
"""

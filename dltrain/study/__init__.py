"""Many trainings of one file: cross-validation, sweeps, searches, ensembles.

A study is a list of members. A member is an ordinary config, the study's file with some other
values, and leaves an ordinary run folder, so whatever works on a run works on a member. Members
whose networks have one architecture train side by side as one compiled program; others train in
a few processes, each of which imports TensorFlow once.
"""

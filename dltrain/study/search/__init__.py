"""`dltrain tune`: KerasTuner chooses what is tried, dltrain trains it.

KerasTuner's oracles say which values come next; each trial is a member of the study, an ordinary
run. The oracle lives in memory: what it has to know is told to it again, in order, from the run
folders of the trials, so nothing that was half written is ever believed.
"""

"""The report of a study: one page about many trainings, drawn from the study's folder alone.

What all trainings have in common is read from study.json and metrics.json, the rest from the
members' run folders. Nothing here trains, and nothing is computed that the study has not judged.
"""

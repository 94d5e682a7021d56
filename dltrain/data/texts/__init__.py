"""Texts as token numbers: sequences for an embedding, and sets or counts of words and pairs.

Token 0 pads, 1 begins a text, 2 is any word without a number of its own; the words follow
from the most frequent on, as in Keras's IMDB. Tokens stay integers in memory and are expanded
inside the step.
"""

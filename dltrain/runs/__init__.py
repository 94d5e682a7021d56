"""Many runs side by side, from their folders alone: listed, shown, compared. Nothing is written.

A list reads `status.json` and `metrics.json` and, where a column asks for it, the resolved
config; it takes a fraction of a second for 1 000 folders. TensorFlow is never imported.
"""

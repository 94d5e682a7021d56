"""The report of a run: plots, one page, a model card, drawn from the run folder alone.

Nothing here reads data or model, and TensorFlow is never imported: what needs them, `fit` has
gathered by `dltrain.evaluation.insights`. matplotlib, Jinja2 and scikit-learn are imported when
something is drawn.
"""

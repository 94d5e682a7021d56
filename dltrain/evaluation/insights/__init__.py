"""What a report shows and only model and data can tell, gathered once, at the end of `fit`.

insights.json holds facts and insights.npz plain arrays, so that drawing needs neither TensorFlow
nor the data. Everything is bounded in rows and columns and drawn by the run's seed. Nothing here
changes a bit of model, figures or predictions, and what fails is said and left out: a picture must
not cost a training.
"""

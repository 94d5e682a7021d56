"""What a trained model is worth: figures by part, predictions, baselines."""

"""What Keras offers by name, and the check of a choice against it."""

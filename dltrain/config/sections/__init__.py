"""One class for each key of the file: plain data to checked values."""

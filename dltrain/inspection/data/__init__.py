"""A look at the data of a config file: rows, targets, columns, warnings and prepared rows."""

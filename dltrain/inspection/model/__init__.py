"""A look at the network of a config file: layers, shapes, parameters, operations and memory."""

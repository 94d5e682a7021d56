"""Several texts to one: `extends`, `${…}` and the arguments of the command line."""

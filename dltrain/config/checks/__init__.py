"""Do the sections of a file belong together? What no section can see alone."""

"""YAML text to plain data with places, and what is wrong with a text that is not YAML."""

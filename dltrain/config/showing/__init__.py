"""Checked values for people: spelled out, explained, compared, with their places."""

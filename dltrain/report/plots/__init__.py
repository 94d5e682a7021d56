"""The plots of a report, one family a module; each draws only what the run has."""

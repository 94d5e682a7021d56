"""A look at the data of a config file and at its network, before anything is trained.

`data` and `model` gather plain facts, which `--json` prints; tables, pages and diagrams show the
same facts. Nothing here makes a run folder.
"""

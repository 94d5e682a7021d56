"""Files to begin with: templates that are shipped, and files that are written for a table.

    shipped    the templates, `*.yaml` beside this module
    sniffing   how a text file is written: separator, header, words for a missing value
    columns    what stands in one column
    seen       what stands in a table, and what kind of target it has
    proposal   the values of a config for what was seen
    writing    the config as commented YAML

What is seen in a table only proposes a config: nothing that `fit` learns from train rows is
written into it. `shipped` is light; the others read the table with pandas.
"""

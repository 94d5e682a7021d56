"""What pages for a browser share: plots in the page's colours, templates, style, sorting."""

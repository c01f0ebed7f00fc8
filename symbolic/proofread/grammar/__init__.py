"""From characters to equations: lexers of TeX and plain text, and one grammar."""

"""A page to try it without installing: this very program, run by Pyodide in the reader's browser."""

"""What an assistant may ask by the Model Context Protocol: counts, derivations and proofreading, as typed results.

An assistant's words are data like any stranger's. A model is a config, a bundled model's name or, where the user
allows it, a file of one folder or an id of the Hugging Face Hub; nothing else is read, and nothing is written.
"""

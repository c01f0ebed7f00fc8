"""What people hold: files and dicts read, their family recognised, a model made of them."""

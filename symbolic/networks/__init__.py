"""What a network is: trees of blocks, reusable layers, and the families made of them."""

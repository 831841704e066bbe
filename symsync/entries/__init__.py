"""What the catalogue holds: the Letter's equations, their next orders, and the exact ones."""

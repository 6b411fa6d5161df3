"""What is measured, and beside whom. Nothing here is asserted: the figures are printed as they are."""

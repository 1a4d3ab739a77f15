"""What asking costs: prices, budgets, and the books."""

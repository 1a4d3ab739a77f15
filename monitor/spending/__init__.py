"""What searches cost, what was spent, and what the month will come to. All amounts in USD."""

"""What is printed: the letter with its answer slip, the letter asking to destroy one, and the slip for the way."""

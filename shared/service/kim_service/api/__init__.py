"""What an operator's programs may ask of every service."""

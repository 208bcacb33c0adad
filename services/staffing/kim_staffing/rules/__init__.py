"""The rules of staffing: plain Python without input or output, each with its source."""

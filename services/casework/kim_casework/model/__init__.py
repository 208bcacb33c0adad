"""What casework keeps: mapped classes, and the queries on them."""

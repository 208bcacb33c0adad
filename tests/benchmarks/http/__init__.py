"""What a request costs: the same act behind a bare Flask view, and behind what surrounds each act of the suite."""

"""A small service that uses every macro and both doors: what the tests of kim_web look at."""

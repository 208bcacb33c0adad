"""Records closed to colleagues (geschützte Akten), and emergencies (Notzugriffe): what casework and intake have in common."""

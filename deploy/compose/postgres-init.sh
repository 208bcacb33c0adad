# A role and a database for each house, as the set-up wrote them down.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -f /config/postgres.sql

# A role and a database for each house of this organisation and for its sign-in, as the set-up wrote them down.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -f /config/*.postgres/roles.sql
# Nobody comes over the network as the administrator: `docker-compose exec ORGANISATION-postgres psql -U postgres` is the way in.
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres -c "alter role \"$POSTGRES_USER\" password null"

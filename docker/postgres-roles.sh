#!/bin/bash
# Runs once, when PostgreSQL makes its data directory. Neither role is a superuser: one migrates, the other serves and
# reads nothing until a transaction says for whom. The migrations create and grant everything else.
set -euo pipefail
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set migrate_password="$LOOPWELL_MIGRATE_PASSWORD" --set login_password="$LOOPWELL_LOGIN_PASSWORD" <<'SQL'
create role loopwell_migrate login createrole password :'migrate_password';
alter database loopwell owner to loopwell_migrate;
set role loopwell_migrate;
create role loopwell_login login noinherit password :'login_password';
SQL

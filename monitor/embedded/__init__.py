"""One command: an own PostgreSQL server, and the supervisor of everything that runs."""

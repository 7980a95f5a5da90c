"""PostgreSQL below everything else: prepared statements, answers remembered, the tables of a drill."""

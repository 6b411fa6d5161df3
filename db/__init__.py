"""The record: models, states, queries, sessions and the work runner. It knows SQLAlchemy only."""

"""Incidents, how well addresses can be reached, who handed a mail on, and what the numbers in a letter's list mean."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

STATES = "state IN ('open', 'closed')"


def upgrade() -> None:
    """Add what is new."""
    _add_incidents()
    op.create_table(
        "contact",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("soft", sa.Integer(), nullable=False),
        sa.Column("hard", sa.Integer(), nullable=False),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("diagnosis", sa.String(), nullable=True),
        sa.Column("dead_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("address", name="pk_contact"),
    )
    op.add_column("message", sa.Column("forwarded_by", sa.String(), nullable=True))
    op.add_column("outgoing_mail", sa.Column("listed", sa.JSON(), nullable=False, server_default="[]"))


def _add_incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(STATES, name="incidentstate"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_incident_school_id_school"),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_incident_school_id", "incident", ["school_id"])
    op.create_table(
        "incident_event",
        sa.Column("incident_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("old", sa.String(), nullable=True),
        sa.Column("new", sa.String(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name="fk_incident_event_incident_id_incident"),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name="fk_incident_event_member_id_member"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_incident_event_message_id_message"),
        sa.PrimaryKeyConstraint("id", name="pk_incident_event"),
        sa.UniqueConstraint("message_id", name="uq_incident_event_message_id"),
    )
    op.create_index("ix_incident_event_incident_id", "incident_event", ["incident_id"])

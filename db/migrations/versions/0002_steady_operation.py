"""Moves, alarms, audits, a second identity of mails, and the search in stories."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_message_answer_message_due_at", "message", ("answer", "due_at")),
    ("ix_message_twin", "message", ("twin",)),
    ("ix_outgoing_mail_notice_outgoing_mail_queued_at", "outgoing_mail", ("notice", "queued_at")),
    ("ix_outgoing_mail_about", "outgoing_mail", ("about",)),
)
# Each database searches in its own way. Words come in without marks, folded by whoever writes them.
SEARCH = {
    "sqlite": ("CREATE VIRTUAL TABLE story_search USING fts5(words, tokenize = 'unicode61')",),
    "postgresql": (
        (
            "CREATE TABLE story_search (story_id INTEGER PRIMARY KEY REFERENCES story ON DELETE CASCADE, "
            "words TSVECTOR NOT NULL)"
        ),
        "CREATE INDEX ix_story_search_words ON story_search USING gin (words)",
    ),
}
FILL = {
    "sqlite": "INSERT INTO story_search (rowid, words) VALUES (:story_id, :words)",
    "postgresql": "INSERT INTO story_search VALUES (:story_id, to_tsvector('simple', :words))",
}


def upgrade() -> None:
    """Add what is new, and fill it from what is there."""
    _add_tables()
    _add_columns()
    for name, table, columns in INDEXES:
        op.create_index(name, table, list(columns))
    for statement in SEARCH[op.get_bind().dialect.name]:
        op.execute(statement)
    _fill_search()


def _add_tables() -> None:
    op.create_table(
        "alarm",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_alarm"),
    )
    op.create_table(
        "mail_move",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["mailbox_entry.id"], name="fk_mail_move_entry_id_mailbox_entry"),
        sa.PrimaryKeyConstraint("id", name="pk_mail_move"),
        sa.UniqueConstraint("entry_id", name="uq_mail_move_entry_id"),
    )


def _add_columns() -> None:
    op.add_column("message", sa.Column("twin", sa.String(), nullable=True))
    op.add_column("message", sa.Column("history", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outgoing_mail", sa.Column("leaving_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outgoing_mail SET leaving_at = queued_at WHERE state = 'sending'")
    op.add_column("mailbox_state", sa.Column("first_uid", sa.BigInteger(), nullable=False, server_default="1"))
    for name in ("audited", "recovered"):
        op.add_column("mailbox_state", sa.Column(name, sa.Integer(), nullable=True))
    op.add_column("mailbox_state", sa.Column("audited_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE mailbox_state SET first_uid = coalesce((SELECT min(uid) FROM mailbox_entry AS e WHERE e.account = "
        "mailbox_state.account AND e.folder = mailbox_state.folder AND e.uidvalidity = mailbox_state.uidvalidity), "
        "last_uid + 1)"
    )


def _fill_search() -> None:
    bind = op.get_bind()
    stories = bind.execute(
        sa.text(
            "SELECT story.id, offered_title, title, text, short_name, name FROM story "
            "JOIN school ON school.id = story.school_id"
        )
    ).all()
    for story_id, *texts in stories:
        words = _folded(" ".join(text for text in texts if text))
        bind.execute(sa.text(FILL[bind.dialect.name]), {"story_id": story_id, "words": words})


def _folded(text: str) -> str:
    marked = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    plain = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return " ".join(dict.fromkeys(word[:64] for word in re.findall(r"[^\W_]+", plain)))[:150_000]

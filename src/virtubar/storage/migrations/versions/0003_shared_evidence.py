"""Slices of evidence that reports share. Reports from before keep what they show to themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_id = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of slices, of who shows them, and of whom they show."""
    op.create_table(
        "evidence",
        sa.Column("piece_id", _id, primary_key=True),
        sa.Column("content", sa.JSON(), nullable=False),
    )
    op.create_table(
        "report_evidence",
        sa.Column(
            "report_id",
            _id,
            sa.ForeignKey("reports.report_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("position", sa.Integer(), primary_key=True),
        sa.Column("piece_id", _id, sa.ForeignKey("evidence.piece_id"), nullable=False),
    )
    op.create_index("report_evidence_by_piece", "report_evidence", ["piece_id"])
    op.create_table(
        "evidence_people",
        sa.Column(
            "piece_id",
            _id,
            sa.ForeignKey("evidence.piece_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("user_id", sa.String(), primary_key=True),
    )
    op.create_index("evidence_people_by_person", "evidence_people", ["user_id"])

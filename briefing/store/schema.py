"""The tables. Nouns that never change are kept whole as JSON beside the columns that queries need."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    text,
)

from briefing.model import DeliveryState, Entry, Fragment, Insight, Kind, Outcome, Passage, Phase, Prediction, Status
from briefing.store.columns import Hashes, Label, Moment, Packed, Row, Span, Weights
from briefing.store.kept import KeptEdition

HEAD = "0010"

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

feeds = Table(
    "feeds",
    metadata,
    Column("url", Text, primary_key=True),
    Column("declared", Boolean, nullable=False),
    Column("next_poll_at", Moment, nullable=False, index=True),
    Column("kind", Label(Kind)),
    Column("title", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("etag", Text, nullable=False),
    Column("modified", Text, nullable=False),
    Column("body_hash", String(64), nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("last_success_at", Moment),
    Column("last_news_at", Moment),
    Column("usual_gap", Span),
    Column("moved_to", Text, nullable=False),
    Column("interval", Span),
    Column("fingerprints", Hashes),
    Column("validators_at", Moment),
    Column("moving_to", Text, nullable=False, server_default=""),
    Column("moving_since", Moment),
    Column("moving_times", Integer, nullable=False, server_default="0"),
    Column("gone_since", Moment),
    Column("retired_at", Moment),
    Column("poison_hash", String(64), nullable=False, server_default=""),
    Column("poisonings", Integer, nullable=False, server_default="0"),
)

entries = Table(
    "entries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("feed_url", Text, nullable=False),
    Column("shown_at", Moment, nullable=False),
    Column("collected_at", Moment, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("stage", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_try_at", Moment, nullable=False),
    Column("error", Text, nullable=False, server_default=""),
    Column("body", Packed(Entry), nullable=False),
    Index("ix_entries_stage_next_try_at", "stage", "next_try_at"),
    Index("ix_entries_feed_url_shown_at", "feed_url", "shown_at"),
)

documents = Table(
    "documents",
    metadata,
    Column("entry_id", String(40), primary_key=True),
    Column("feed_url", Text, nullable=False),
    Column("read_at", Moment, nullable=False),
    Column("kind", Label(Kind), nullable=False),
    Column("title", Text, nullable=False),
    Column("language", String(20), nullable=False),
    Column("quality", Float, nullable=False),
    Column("published_at", Moment),
    Column("text", Text, nullable=False),
    Column("passages", Packed(tuple[Passage, ...]), nullable=False),
    Column("habits", Hashes, nullable=False),
    Column("signature", Weights),
    Index("ix_documents_feed_url_read_at", "feed_url", "read_at"),
)

insights = Table(
    "insights",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("entry_id", String(40), nullable=False, index=True),
    Column("story_id", String(40), index=True),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("shown_at", Moment, nullable=False),
    Column("score", Float, nullable=False),
    Column("embedder", String(80), nullable=False),
    Column("vector", Row, nullable=False),
    Column("body", Packed(Insight), nullable=False),
    Column("related", Packed(tuple[tuple[str, str], ...])),
    Column("related_at", Moment),
    Index("ix_insights_related_at_shown_at", "related_at", "shown_at"),
)

stories = Table(
    "stories",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("headline", Text, nullable=False),
    Column("phase", Label(Phase), nullable=False),
    Column("first_seen_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False, index=True),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("email", Text, nullable=False, unique=True),
    Column("status", Label(Status), nullable=False),
    Column("zone", Text, nullable=False),
    Column("send_at", Time, nullable=False),
    Column("days", Packed(tuple[int, ...]), nullable=False),
    Column("topics", Packed(dict[str, float]), nullable=False),
    Column("learnt", Packed(dict[str, float]), nullable=False),
    Column("muted", Packed(tuple[str, ...]), nullable=False),
    Column("languages", Packed(tuple[str, ...]), nullable=False),
    Column("paused_until", Date),
    Column("on_empty", String(8), nullable=False),
    Column("top", Integer),
    Column("related", Integer),
    Column("created_at", Moment, nullable=False),
    Column("next_edition_at", Moment),
    Column("last_slot", Date),
    Index("ix_subscribers_status_next_edition_at", "status", "next_edition_at"),
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("address_hash", String(64), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

editions = Table(
    "editions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("reader", String(40), nullable=False),
    Column("slot", Date, nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("body", Packed(KeptEdition), nullable=False),
    UniqueConstraint("reader", "slot"),
)

fragments = Table(
    "fragments",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("body", Packed(Fragment), nullable=False),
)

sent = Table(
    "sent",
    metadata,
    Column("edition_id", String(40), primary_key=True),
    Column("story_id", String(40), primary_key=True),
    Column("reader", String(40), nullable=False),
    Column("slot", Date, nullable=False),
    Column("insight_ids", Packed(tuple[str, ...]), nullable=False),
    Column("claim", Text, nullable=False),
    Column("facts", Packed(tuple[str, ...]), nullable=False),
    Index("ix_sent_reader_slot", "reader", "slot"),
)

predictions = Table(
    "predictions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("entry_id", String(40), nullable=False, index=True),
    Column("insight_id", String(40), nullable=False),
    Column("due", Date, nullable=False, index=True),
    Column("prediction", Packed(Prediction), nullable=False),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("insight_id", String(40), nullable=False, index=True),
    Column("was", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

problem_reports = Table(
    "problem_reports",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("insight_id", String(40), nullable=False),
    Column("about", String(20), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Label(Outcome), nullable=False),
    Column("settled_at", Moment),
    Index("ix_problem_reports_outcome_at", "outcome", "at"),
)

reminded = Table(
    "reminded",
    metadata,
    Column("edition_id", String(40), primary_key=True),
    Column("item_id", String(40), primary_key=True),
    Column("reader", String(40), nullable=False),
    Column("slot", Date, nullable=False),
    Index("ix_reminded_reader_slot", "reader", "slot"),
)

notices = Table(
    "notices",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("key", Text, nullable=False, unique=True),
    Column("values", Packed(dict[str, str]), nullable=False),
    Column("created_at", Moment, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("edition_id", String(40), index=True),
    Column("notice_id", String(40), index=True),
    Column("subscriber_id", String(40), index=True),
    Column("address", Text, nullable=False),
    Column("message_id", Text, nullable=False, unique=True),
    Column("state", Label(DeliveryState), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("owner", Text, nullable=False, server_default=""),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("lease_until", Moment),
    Column("next_attempt_at", Moment),
    Column("not_after", Moment),
    Column("error", Text, nullable=False, server_default=""),
    UniqueConstraint("edition_id", "address"),
    Index("ix_deliveries_due", "next_attempt_at", sqlite_where=text("state IN ('queued', 'deferred')")),
    Index("ix_deliveries_state_lease_until", "state", "lease_until"),
)

contents = Table(
    "contents",
    metadata,
    Column("delivery_id", String(40), primary_key=True),
    Column("return_path", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

delivery_events = Table(
    "delivery_events",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("delivery_id", String(40), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("from_state", String(10), nullable=False),
    Column("to_state", String(10), nullable=False),
    Column("owner", Text, nullable=False),
    Column("note", Text, nullable=False),
)

settings = Table("settings", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

memos = Table(
    "memos",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

budgets = Table(
    "budgets",
    metadata,
    Column("kind", String(40), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("spent", BigInteger, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

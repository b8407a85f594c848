"""One transaction's view of the cellar: a table of each noun, all on the same connection."""

from sqlalchemy.engine import Connection

from briefing.store.contents import Contents
from briefing.store.corrections import Corrections
from briefing.store.deliveries import Deliveries
from briefing.store.documents import Documents
from briefing.store.editions import Editions
from briefing.store.entries import Entries
from briefing.store.feeds import Feeds
from briefing.store.insights import Insights
from briefing.store.ledger import Ledger
from briefing.store.meta import Meta
from briefing.store.notices import Notices
from briefing.store.predictions import Predictions
from briefing.store.relations import Relations
from briefing.store.reminders import Reminders
from briefing.store.reports import Reports
from briefing.store.search import Search
from briefing.store.stories import Stories
from briefing.store.subscribers import Subscribers


class Session:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.feeds = Feeds(connection)
        self.entries = Entries(connection)
        self.documents = Documents(connection)
        self.insights = Insights(connection)
        self.relations = Relations(connection)
        self.stories = Stories(connection)
        self.search = Search(connection)
        self.subscribers = Subscribers(connection)
        self.editions = Editions(connection)
        self.ledger = Ledger(connection)
        self.predictions = Predictions(connection)
        self.corrections = Corrections(connection)
        self.reminders = Reminders(connection)
        self.reports = Reports(connection)
        self.deliveries = Deliveries(connection)
        self.contents = Contents(connection)
        self.notices = Notices(connection)
        self.meta = Meta(connection)

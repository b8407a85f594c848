"""The pages that go with the mail."""

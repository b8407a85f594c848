"""What a room may remember and spend."""

from pathlib import Path

import pytest

from briefing.ports import Budget, Memo
from briefing.store import Store
from briefing.store.adapters import StoredBudget, StoredMemo
from briefing.testing import FakeBudget, FakeMemo
from tests.databases import opened, url


def stored(folder: Path) -> Store:
    return opened(url(folder / "briefing.db"))


@pytest.fixture(params=["store", "fake"])
def memo(request: pytest.FixtureRequest, tmp_path: Path) -> Memo:
    return StoredMemo(stored(tmp_path), "room") if request.param == "store" else FakeMemo()


@pytest.fixture(params=["store", "fake"])
def budget(request: pytest.FixtureRequest, tmp_path: Path) -> Budget:
    return StoredBudget(stored(tmp_path), {"tokens": 10}) if request.param == "store" else FakeBudget({"tokens": 10})


def test_a_memo_gives_back_the_last_word(memo: Memo) -> None:
    assert memo.get("key") is None
    memo.put("key", "first")
    memo.put("key", "last")
    assert memo.get("key") == "last"


def test_a_budget_gives_what_it_has_and_no_more(budget: Budget) -> None:
    assert budget.take("tokens", 6)
    assert not budget.take("tokens", 6)
    assert budget.take("tokens", 4)
    assert not budget.take("other", 1)

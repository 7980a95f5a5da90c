"""Officials of every level, and pages as they read them."""

import pytest

from accounts.models import Account
from tests import make


@pytest.fixture
def official(tree: make.Tree) -> Account:
    """Signs in for the whole province."""
    return make.official(tree.province)

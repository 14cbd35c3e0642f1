from pathlib import Path

import pytest

from runtime.reading import SettingsAreUnusable
from runtime.sharing import alone, in_use


def test_the_last_one_out_is_known(tmp_path: Path) -> None:
    said: list[str] = []
    with in_use(tmp_path, when_last=lambda: said.append("outer")):
        with in_use(tmp_path, when_last=lambda: said.append("inner")):
            assert said == []
        assert said == []
    assert said == ["outer"]


def test_one_product_runs_on_a_data_folder(tmp_path: Path) -> None:
    with (
        alone(tmp_path),
        pytest.raises(SettingsAreUnusable, match="already runs"),
        alone(tmp_path),
    ):
        pass
    with alone(tmp_path):
        assert (tmp_path / "run.lock").exists()

"""The corpus of wrong files in `wrong/`: beside each stands its whole message."""

from pathlib import Path

import pytest

from dltrain.config import load
from dltrain.errors import ConfigError

WRONG = Path(__file__).parent / "wrong"
FILES = sorted(WRONG.glob("*.yaml"))


def test_the_corpus_is_whole():
    assert len(FILES) >= 80
    assert {file.stem for file in FILES} == {file.stem for file in WRONG.glob("*.txt")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_wrong_file_is_refused_with_its_whole_message(monkeypatch, file):
    monkeypatch.chdir(WRONG)

    with pytest.raises(ConfigError) as caught:
        load(file.name)

    assert str(caught.value) + "\n" == file.with_suffix(".txt").read_text(encoding="utf-8")

"""Writers of one file follow each other, whatever their number, and leave nothing beside it."""

import threading

import pytest

from geodata import LayerError
from geodata.store.draft import draft_of


def test_no_change_is_lost(tmp_path):
    """Of four writers at once each is refused or counted; the lock is gone in the end."""
    file = tmp_path / "count.txt"
    file.write_text("0", encoding="utf-8")
    done, refused = [], []

    def count_up():
        for _ in range(100):
            try:
                with draft_of(file) as draft:
                    draft.write_text(str(int(draft.read_text(encoding="utf-8")) + 1), encoding="utf-8")
            except LayerError as error:
                refused.append(error)
            else:
                done.append(1)

    writers = [threading.Thread(target=count_up) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(done) + len(refused) == 400
    assert int(file.read_text(encoding="utf-8")) == len(done) > 0
    assert all("somebody else is writing" in str(error) for error in refused)
    assert [path.name for path in tmp_path.iterdir()] == ["count.txt"]


def test_an_interrupt_while_the_file_is_copied(tmp_path, monkeypatch):
    """Half a copy does not stay behind."""
    file = tmp_path / "a.txt"
    file.write_text("whole", encoding="utf-8")

    def half_a_copy(_, draft):
        draft.write_text("who", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr("shutil.copy", half_a_copy)
    with pytest.raises(KeyboardInterrupt), draft_of(file):
        pytest.fail("the copy is not whole")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]

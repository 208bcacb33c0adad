"""What anybody outside can cause is written so often and no oftener, and how much was left out is said."""

from __future__ import annotations

from threading import Thread

from kim_audit.bounded import AtMost, with_left_out


def test_so_many_a_minute_and_the_next_says_how_many_were_left_out() -> None:
    now = 0.0
    some = AtMost(2, lambda: now)
    assert [some.take() for _try in range(5)] == [0, 0, None, None, None]
    now = 59.0
    assert some.take() is None
    now = 60.0
    assert [some.take() for _try in range(3)] == [4, 0, None]
    assert with_left_out("no_session", 4) == "no_session; 4 more before were not written"
    assert with_left_out("no_session", 0) == "no_session"


def test_many_at_once_get_no_more() -> None:
    some, written = AtMost(10, lambda: 0.0), []
    threads = [Thread(target=lambda: written.extend(some.take() for _try in range(200))) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in written if one is not None]) == 10

"""A checker that finds nothing proves nothing: three deliberate faults, each found by what it breaks."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from servers import postgres, rabbitmq
from servers.ladder import Missing

from faults import report
from faults.attack import CLUSTER, attack
from faults.hooks import BEFORE_PUBLISH, FETCH_INSERT
from faults.sabotage import ACK_BEFORE_STORE, CURSOR, MARK_BEFORE_CONFIRM

# sabotage -> the fault at which it does harm, many times
AT = {
    ACK_BEFORE_STORE: f"kill -9 {FETCH_INSERT}",
    CURSOR: "a transaction held open",
    MARK_BEFORE_CONFIRM: f"kill -9 {BEFORE_PUBLISH}",
}
SECONDS, RATE, SETTLING = 13, 12, 8

pytestmark = [pytest.mark.rabbitmq, pytest.mark.postgres]


@pytest.fixture(scope="module")
def results():
    """Sabotage -> what an attack on it came to; the three at the same time, on one broker and one cluster."""
    try:
        rabbitmq.must_be_here()
        postgres.must_be_here()
    except Missing as missing:
        pytest.skip(str(missing))
    with rabbitmq.private() as node, postgres.private(CLUSTER) as cluster, ThreadPoolExecutor(len(AT)) as threads:

        def run(sabotage):
            return attack(node, cluster, 1, SECONDS, RATE, names=[AT[sabotage]], sabotage=sabotage, settling=SETTLING)

        return dict(zip(AT, threads.map(run, AT), strict=True))


@pytest.mark.parametrize(
    ("sabotage", "sort"), [(ACK_BEFORE_STORE, "lost"), (CURSOR, "not published"), (MARK_BEFORE_CONFIRM, "lost")], ids=list(AT)
)
def test_the_checker_finds(results, sabotage, sort):
    result = results[sabotage]
    print("\n".join(report.lines(result)))
    assert not result.good
    assert sort in result.findings.faults
    assert len(result.findings.faults["lost"]) < result.findings.counts["effects"] / 2  # found in what works but for this

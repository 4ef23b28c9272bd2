from __future__ import annotations

import subprocess
import sys

THREADS = """
import sys, threading
from artml.openvino import ov

sys.setswitchinterval(1e-6)
together = threading.Barrier(8)

def first():
    together.wait()
    ov.Type.u8.to_dtype()

threads = [threading.Thread(target=first, daemon=True) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert "openvino_telemetry" not in sys.modules or sys.modules["openvino_telemetry"] is None
"""


def test_threads_that_need_it_first_at_once_do_not_wait_for_ever() -> None:
    subprocess.run([sys.executable, "-c", THREADS], check=True, timeout=60)

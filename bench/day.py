"""A whole day, step by step: `python -m bench.day [WORLD_DIR] [--server world.py] [--cycles 5] [--profile FILE]`.

One process reads the replayed world as `briefing run` does, every six hours; the first cycle reads its archive. Prints the
seconds of each step, and those of the processor. `--profile` writes a tree of where the time went (pip install pyinstrument).
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path

from bench.replay import World, options
from bench.settings import SECRET
from bench.world import add_readers
from briefing import app
from briefing.config import load
from briefing.pipeline.steps import STEPS, cycle

STEP = timedelta(hours=6)


@contextmanager
def profiled(path: Path) -> Iterator[None]:
    from pyinstrument import Profiler

    profiler = Profiler(interval=0.002, async_mode="disabled")
    with profiler:
        yield
    path.write_text(profiler.output_text(unicode=True, show_all=True), "utf-8")
    print(f"profile in {path}")


def line(now: datetime, took: Counter[str], done: Counter[str], busy: float) -> str:
    steps = "".join(f"{took[step]:9.2f}" for step in STEPS)
    return f"{now:%m-%d %H:%M} {sum(took.values()):8.1f}{busy:10.1f}{steps}  {done['read']} read"


def run(world: World, cycles: int) -> None:
    now = world.end + timedelta(hours=1) - STEP * (cycles - 1)
    with world.served(now):
        add_readers(world, world.write_config(), now)
        print(f"{'cycle':11} {'seconds':>8}{'processor':>10}{''.join(f'{step:>9}' for step in STEPS)}")
        with app.opened(load(world.home / "feeds.toml", SECRET)) as services:
            for _ in range(cycles):
                took, done, busy = Counter[str](), Counter[str](), time.process_time()
                for report in cycle(services, now):
                    took[report.step] += report.took.total_seconds()
                    done[report.step] += report.done
                print(line(now, took, done, time.process_time() - busy), flush=True)
                now += STEP
                world.move(STEP / timedelta(hours=1))


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--cycles", type=int, default=5)
    parser.add_argument("--profile", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.keep or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        started, busy = time.perf_counter(), time.process_time()
        with profiled(asked.profile) if asked.profile else nullcontext():
            run(World(asked.world.resolve(), asked.server.resolve(), home), asked.cycles)
        print(f"{time.perf_counter() - started:.1f} s, {time.process_time() - busy:.1f} s of processor")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Merapi against PyTorch on the same workload, in turn, by their medians.

    python tests/bench/compare.py lenet5 --runs 5 --seconds 5

PyTorch runs in three settings, of which the best counts: one thread; all threads with OpenBLAS on
one; all threads with passive waiting. The Python that runs this must have torch.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
MERAPI = HERE.parent.parent / "merapi"


def run(command, environment):
    output = subprocess.run(
        command, env={**os.environ, **environment}, check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    return json.loads(output.strip().splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workload")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", default="5")
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    threads = options.threads
    seconds = ["--seconds", options.seconds]
    merapi = [str(MERAPI), "bench", options.workload, "--device", "cpu", "--json", *seconds]
    torch = [sys.executable, str(HERE / "peer.py"), options.workload, *seconds, "--threads"]
    settings = {
        "merapi": ([*merapi, "--threads", threads], {}),
        "pytorch, 1 thread": ([*torch, "1"], {}),
        "pytorch, OpenBLAS on 1": ([*torch, threads], {"OPENBLAS_NUM_THREADS": "1"}),
        "pytorch, passive": ([*torch, threads], {"OMP_WAIT_POLICY": "passive"}),
    }
    figures = {name: [] for name in settings}
    for _ in range(options.runs):
        for name, (command, environment) in settings.items():
            figures[name].append(run(command, environment)["samples_per_s"])
    medians = {name: statistics.median(values) for name, values in figures.items()}
    for name, values in figures.items():
        print(f"{name:24} {medians[name]:10.0f} samples/s  ({min(values):.0f} to {max(values):.0f})")
    best = max(value for name, value in medians.items() if name != "merapi")
    print(f"merapi / best pytorch    {medians['merapi'] / best:10.2f}")


if __name__ == "__main__":
    main()

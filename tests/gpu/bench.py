#!/usr/bin/env python3
"""Merapi's training steps beside PyTorch's on one GPU.

bench.py [OPTIONS] -- MERAPI...: MERAPI is the command that runs Merapi's command line. README.md says
what is counted. The results go into bench.json and bench.md, anew after each workload.
"""
import argparse
import datetime
import importlib.metadata
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

WORKLOADS = ("mlp", "lenet5", "vgg-small", "charlstm", "alexnet")
PRECISIONS = ("f32", "tf32")
MODES = ("eager", "compile", "reduce-overhead")
GAP = "–"

here = pathlib.Path(__file__).resolve().parent
sibling = here / "pytorch_peer.py"
PEER = sibling if sibling.exists() else here.parent / "bench" / "pytorch_peer.py"


def tell(text):
    print(text, file=sys.stderr, flush=True)


class Deadline:
    """Ends processes that are still there when the time is over."""

    def __init__(self, seconds):
        self.end = time.monotonic() + seconds

    def left(self):
        return self.end - time.monotonic()

    def guard(self, process):
        timer = threading.Timer(max(self.left(), 0), process.kill)
        timer.daemon = True
        timer.start()
        return timer


class Merapi:
    """A process for each run."""

    name = "Merapi"

    def __init__(self, options, deadline, workload, precision):
        self.deadline = deadline
        self.command = [
            *options.merapi, "bench", workload, "--device", options.device, "--json",
            "--precision", precision,
        ]

    def run(self, seconds):
        process = subprocess.Popen(
            [*self.command, "--seconds", str(seconds)],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        timer = self.deadline.guard(process)
        output, errors = process.communicate()
        timer.cancel()
        if process.returncode != 0:
            raise RuntimeError(f"exit code {process.returncode}: {errors.strip()[-2000:]}")
        return json.loads(output.strip().splitlines()[-1])

    def close(self):
        pass


class PyTorch:
    """One process for all runs, since it takes long to start: it waits between them."""

    def __init__(self, options, deadline, workload, precision, mode):
        self.name = f"PyTorch {mode}"
        command = [
            options.python, str(PEER), workload, "0", "--device", options.pytorch_device,
            "--mode", mode, "--again", *(["--tf32"] if precision == "tf32" else []),
        ]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            env={"TORCHINDUCTOR_COMPILE_THREADS": "4", **os.environ},
        )
        self.timer = deadline.guard(self.process)

    def result(self):
        line = self.process.stdout.readline()
        if not line:
            status = self.process.wait()
            self.errors.seek(0)
            raise RuntimeError(f"exit code {status}: {self.errors.read().strip()[-2000:]}")
        return json.loads(line)

    def run(self, seconds):
        if self.process.poll() is None:
            self.process.stdin.write(f"{seconds}\n")
            self.process.stdin.flush()
        return self.result()

    def close(self):
        self.timer.cancel()
        self.process.kill()
        self.process.wait()
        self.errors.close()


def measure(options, deadline, workload, pytorch):
    """All sides of a workload in turn: by precision and side the runs, or why there is none."""
    sides = []
    for precision in PRECISIONS:
        sides.append((precision, Merapi(options, deadline, workload, precision)))
        if pytorch:
            sides += [
                (precision, PyTorch(options, deadline, workload, precision, mode)) for mode in MODES
            ]
    results = {precision: {} for precision in PRECISIONS}

    def attempt(precision, side, work):
        entry = results[precision].setdefault(side.name, {"runs": []})
        if "failure" not in entry:
            try:
                return work()
            except (OSError, ValueError, RuntimeError) as e:
                entry["failure"] = str(e)
                tell(f"{workload} {precision} {side.name}: {e}")
        return None

    try:
        # PyTorch's processes start and compile side by side, before the first run.
        for precision, side in sides:
            if isinstance(side, PyTorch):
                attempt(precision, side, side.result)
        for _ in range(options.rounds):
            for precision, side in sides:
                run = attempt(precision, side, lambda: side.run(options.seconds))
                if run:
                    results[precision][side.name]["runs"].append(run)
                    tell(f"{precision} {side.name}: {json.dumps(run)}")
    finally:
        for _, side in sides:
            side.close()
    return results


def median(entry, key):
    found = [run[key] for run in entry["runs"] if key in run] if entry else []
    return statistics.median(found) if found else None


def summary(results):
    """Medians; Merapi's ratio is to the fastest of PyTorch's modes."""
    speeds = {name: median(entry, "samples_per_s") for name, entry in results.items()}
    peers = [speed for name, speed in speeds.items() if name != Merapi.name and speed]
    ratio = speeds[Merapi.name] / max(peers) if speeds.get(Merapi.name) and peers else None
    return {
        "samples_per_s": speeds,
        "ratio": ratio,
        "step_ms": {name: median(entry, "step_ms_median") for name, entry in results.items()},
        "device_mb": {name: median(entry, "device_mb") for name, entry in results.items()},
    }


def figure(value, form):
    return GAP if value is None else format(value, form)


def table(document):
    names = [Merapi.name] + [f"PyTorch {mode}" for mode in MODES]
    head = ["samples/s", "precision", *names, "ratio", *(f"MB {name}" for name in names)]
    rows = [head, ["---"] * 2 + ["---:"] * (len(head) - 2)]
    for each in document["workloads"]:
        for precision, found in each["medians"].items():
            row = [each["workload"], precision]
            row += [figure(found["samples_per_s"].get(name), ",.0f") for name in names]
            row += [figure(found["ratio"], ".2f")]
            row += [figure(found["device_mb"].get(name), ",.0f") for name in names]
            rows.append(row)
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def page(document):
    libraries = ", ".join(f"{name} {version}" for name, version in document["libraries"].items())
    failures = [
        f"- {each['workload']} {precision} {name}: `{entry['failure'].splitlines()[-1]}`"
        for each in document["workloads"]
        for precision, sides in each["results"].items()
        for name, entry in sides.items()
        if entry.get("failure")
    ]
    parts = [
        "# Training steps on a GPU",
        f"{document['date']}. {document['gpu']}. Merapi: {document['merapi']}. "
        f"PyTorch: {document['pytorch']}. Packages: {libraries or 'none'}.",
        f"Medians of {document['rounds']} runs of {document['seconds']} s each, in turn; the ratio is "
        "Merapi's to the fastest of PyTorch's modes. MB are planned (Merapi) or reserved (PyTorch) on "
        "the device.",
        table(document),
    ]
    if failures:
        parts.append("Gaps:\n\n" + "\n".join(failures))
    if document["left_out"]:
        parts.append(f"Not run, for lack of time: {', '.join(document['left_out'])}.")
    return "\n\n".join(parts) + "\n"


def output(*command):
    """What a command prints, or None when it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        return done.stdout.strip() if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired):
        return None


def packages():
    """The versions of NVIDIA's Python packages."""
    wanted = ("nvidia-cublas", "nvidia-cudnn", "nvidia-cuda-nvrtc", "torch", "triton")
    found = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
    return {name: found[name] for name in sorted(found) if name and name.startswith(wanted)}


def describe(options):
    devices = output(*options.merapi, "devices") or ""
    merapi = next((line for line in devices.splitlines() if line.split()[:1] == ["cuda"]), "no cuda")
    gpu = output("nvidia-smi", "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader")
    pytorch = output(
        options.python, "-c",
        "import torch; print(torch.__version__, 'CUDA', torch.version.cuda, 'cuDNN', "
        f"torch.backends.cudnn.version()); assert '{options.pytorch_device}' == 'cpu' "
        "or torch.cuda.is_available()",
    )
    return {
        "date": datetime.datetime.now().isoformat(timespec="seconds"),
        "gpu": gpu or "nvidia-smi is missing",
        "merapi": " ".join(merapi.split()),
        "pytorch": pytorch or "missing, or finds no GPU",
        "libraries": packages(),
        "seconds": options.seconds,
        "rounds": options.rounds,
        "workloads": [],
        "left_out": [],
    }, bool(pytorch)


def keep(document, results):
    (results / "bench.json").write_text(json.dumps(document, indent=1) + "\n")
    (results / "bench.md").write_text(page(document))


def main(options):
    deadline = Deadline(options.limit)
    options.results.mkdir(parents=True, exist_ok=True)
    document, pytorch = describe(options)
    if not pytorch:
        tell("PyTorch is missing or finds no GPU: Merapi runs alone")
    longest = 0
    for workload in options.workloads or WORKLOADS:
        if deadline.left() < longest:
            document["left_out"].append(workload)
            continue
        start = time.monotonic()
        results = measure(options, deadline, workload, pytorch)
        longest = max(longest, time.monotonic() - start)
        medians = {precision: summary(sides) for precision, sides in results.items()}
        document["workloads"].append({"workload": workload, "medians": medians, "results": results})
        keep(document, options.results)
    keep(document, options.results)
    print(page(document))
    failed = any(
        entry.get("failure")
        for each in document["workloads"]
        for sides in each["results"].values()
        for name, entry in sides.items()
        if name == Merapi.name
    )
    return 1 if failed or document["left_out"] else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", choices=[*WORKLOADS, []], metavar="WORKLOAD")
    parser.add_argument("--results", type=pathlib.Path, default=here / "results")
    parser.add_argument("--seconds", type=float, default=2, help="of each run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side, in turn")
    parser.add_argument("--limit", type=float, default=560, help="seconds for everything")
    parser.add_argument("--device", default="cuda", help="Merapi's")
    parser.add_argument("--python", default=shutil.which("python3"), help="the one that has torch")
    parser.add_argument("--pytorch-device", default="cuda", help="cpu: to try this script")
    split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    chosen = parser.parse_args(sys.argv[1:split])
    chosen.merapi = sys.argv[split + 1 :] or [str(here.parents[1] / "merapi")]
    sys.exit(main(chosen))

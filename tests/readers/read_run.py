"""Trains, kills and resumes a run of digits, and reads it by the libraries that its formats are of.

usage: read_run.py MERAPI FOLDER
"""

import csv
import io
import json
import pathlib
import subprocess
import sys
import time
import urllib.request

import numpy
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families
from safetensors.numpy import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

EVERYTHING = {"scalars": 0, "histograms": 0, "images": 0}
checks = 0


def check(what, condition):
    global checks
    if not condition:
        raise SystemExit(f"readers: {what}")
    checks += 1


def start(merapi, folder, *options):
    command = [merapi, "train", "digits", "--device", "cpu", "--epochs", "3", "--out", folder]
    command += ["--set", "data.validation=0.1", "--set", "checkpoint.everySteps=20", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def endpoint(training):
    for line in training.stderr:
        if line.startswith("metrics for Prometheus: "):
            return line.split()[-1]
    raise SystemExit("readers: the training told no address for Prometheus")


def fetch(url):
    with urllib.request.urlopen(url, timeout=10) as response:
        text = response.read().decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def killed_run(merapi, folder):
    """Kills a training in its second epoch; gives what Prometheus would have known of it."""
    training = start(merapi, folder, "--prometheus", "0")
    try:
        url = endpoint(training)
        end = time.time() + 300
        while True:
            metrics = fetch(url)
            if metrics["merapi_step"].samples[0].value >= 110:
                return metrics
            check("the training to get on", training.poll() is None and time.time() < end)
            time.sleep(0.05)
    finally:
        training.kill()
        training.communicate()


def read_prometheus(metrics):
    for name in ["epoch", "step", "train_loss", "learning_rate", "samples_per_second"]:
        family = metrics["merapi_" + name]
        check(f"a gauge {family.name} above 0", family.type == "gauge")
        check(f"{family.name} above 0", family.samples[0].value > 0)
    check("memory", metrics["merapi_resident_memory_bytes"].samples[0].value > 1e6)
    check("waits are a counter", metrics["merapi_checkpoint_wait_seconds"].type == "counter")
    validation = {s.labels["metric"]: s.value for s in metrics["merapi_validation"].samples}
    check("validation metrics", {"loss", "accuracy"} <= validation.keys())
    check("an accuracy", 0 <= validation["accuracy"] <= 1)
    info = metrics["merapi_training_info"].samples[0].labels
    check("the job's name", info["name"] == "digits" and info["device"] == "cpu")


def read_tensors(folder):
    weights = load_file(folder / "weights.safetensors")
    check("weights", weights["conv1.weight"].shape == (6, 1, 5, 5))
    check("61,706 weights", sum(w.size for w in weights.values()) == 61706)
    check("finite weights", all(numpy.isfinite(w).all() for w in weights.values()))
    for checkpoint in sorted((folder / "checkpoints").iterdir()):
        kept = load_file(checkpoint / "weights.safetensors")
        state = load_file(checkpoint / "state.safetensors")
        check("the weights' names", kept.keys() == weights.keys())
        check("the step in a checkpoint", int(state["control/step"]) == int(checkpoint.name))
        check("momentum", state["conv1.weight/momentum"].shape == (6, 1, 5, 5))
    newest = load_file(max((folder / "checkpoints").iterdir()) / "weights.safetensors")
    for name, value in weights.items():
        check(f"the newest checkpoint's {name}", numpy.array_equal(newest[name], value))
    return weights


def read_metrics(folder):
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    with open(folder / "metrics.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    check("a line for each epoch", [line["epoch"] for line in lines] == [1, 2, 3])
    for line, row in zip(lines, rows, strict=True):
        check("equal metrics", {k: float(v) for k, v in row.items()} == line)
    return lines


def read_events(folder, weights, metrics):
    events = EventAccumulator(str(folder / "tensorboard"), size_guidance=EVERYTHING)
    events.Reload()
    tags = events.Tags()
    for tag in tags["scalars"]:
        steps = [scalar.step for scalar in events.Scalars(tag)]
        check(f"no step of {tag} twice, found {steps}", steps == sorted(set(steps)))
    check("losses of steps", len(events.Scalars("train/loss")) >= 3)
    for tag in ["train/learning_rate", "train/gradient_norm", "train/samples_per_s"]:
        check(tag, len(events.Scalars(tag)) == len(events.Scalars("train/loss")))
    found = [(scalar.step, scalar.value) for scalar in events.Scalars("validation/accuracy")]
    expected = [(m["step"], float(numpy.float32(m["validation_accuracy"]))) for m in metrics]
    check(f"accuracies {expected}, found {found}", found == expected)
    for name, value in weights.items():
        histograms = events.Histograms(name.replace(".", "/"))
        check(f"4 histograms of {name}", len(histograms) == 4)
        last = histograms[-1].histogram_value
        check("all values", last.num == value.size == sum(last.bucket))
        check("the least", last.min == value.min())
        check("the greatest", last.max == value.max())
    check("images", set(tags["images"]) == {"inputs", "conv1/filters"})
    kinds = tags["scalars"] + tags["histograms"] + tags["images"]
    check("one kind of data for each tag: the page shows no other", len(kinds) == len(set(kinds)))
    for tag in tags["images"]:
        image = events.Images(tag)[-1]
        size = Image.open(io.BytesIO(image.encoded_image_string)).size
        check("an image of its size", size == (image.width, image.height))
    graph = events.Graph()
    check("convolutions in the graph", sum(node.op == "conv2d" for node in graph.node) == 2)
    names = {node.name for node in graph.node}
    check("whole edges", all(i.split(":")[0] in names for n in graph.node for i in n.input))


def main():
    merapi, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    read_prometheus(killed_run(merapi, folder))
    resumed = start(merapi, folder, "--resume", "--profile")
    _, told = resumed.communicate(timeout=600)
    check(f"the resumed training to end, found {told}", resumed.returncode == 0)
    check(f"a checkpoint to go on from, found {told}", "going on from step" in told)
    metrics = read_metrics(folder)
    read_events(folder, read_tensors(folder), metrics)
    trace = json.loads((folder / "profile.json").read_text())
    check("a trace", all(event["ph"] == "X" for event in trace["traceEvents"]))
    print(f"readers: {checks} checks")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Whole training steps of one workload in PyTorch for Python.

pytorch_peer.py WORKLOAD SECONDS prints the line that `merapi bench` prints. Threads are set by the
environment. The same networks, data and timing as in PyTorchPeer.java.
"""
import json
import statistics
import sys
import time

import torch
from torch import nn

WARM_UP = 0.2


class CharLstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(65, 256, num_layers=2)
        self.dense = nn.Linear(256, 65)

    def forward(self, x):
        return self.dense(self.lstm(x)[0].flatten(0, 1))


def relu():
    return nn.ReLU(inplace=True)


def mlp():
    return nn.Sequential(
        nn.Linear(784, 512), relu(), nn.Linear(512, 256), relu(), nn.Linear(256, 10)
    )


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), relu(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), relu(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), relu(), nn.Linear(120, 84), relu(), nn.Linear(84, 10),
    )


def vgg_small():
    layers, channels = [], 3
    for width in (64, 128, 256):
        layers += [nn.Conv2d(channels, width, 3, padding=1), relu()]
        layers += [nn.Conv2d(width, width, 3, padding=1), relu(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(
        *layers, nn.Flatten(), nn.Linear(256 * 4 * 4, 512), relu(), nn.Linear(512, 10)
    )


def alexnet():
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, stride=4, padding=2), relu(), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2), relu(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), relu(),
        nn.Conv2d(384, 256, 3, padding=1), relu(),
        nn.Conv2d(256, 256, 3, padding=1), relu(), nn.MaxPool2d(3, 2), nn.Flatten(),
        nn.Linear(256 * 6 * 6, 4096), relu(), nn.Linear(4096, 4096), relu(),
        nn.Linear(4096, 1000),
    )


def images(batch, *sample):
    return lambda: torch.rand(batch, *sample) * 2 - 1


def characters():
    return nn.functional.one_hot(torch.randint(65, (64, 32)), 65).float()


# network, inputs, batch, labels, classes, learning rate, parameters
WORKLOADS = {
    "mlp": (mlp, images(128, 784), 128, 128, 10, 0.01, 535_818),
    "lenet5": (lenet5, images(64, 1, 28, 28), 64, 64, 10, 0.01, 61_706),
    "vgg-small": (vgg_small, images(32, 3, 32, 32), 32, 32, 10, 0.01, 3_248_202),
    "charlstm": (CharLstm, characters, 32, 2048, 65, 0.1, 873_793),
    "alexnet": (alexnet, images(8, 3, 224, 224), 8, 8, 1000, 0.001, 61_100_840),
}


def age_seconds():
    """Seconds since this process was started."""
    with open("/proc/self/stat") as status, open("/proc/uptime") as uptime:
        started = int(status.read().rsplit(")", 1)[1].split()[19]) / 100  # USER_HZ
        return float(uptime.read().split()[0]) - started


def peak_megabytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main(name, seconds):
    make, data, batch, labels, classes, rate, parameters = WORKLOADS[name]
    torch.manual_seed(42)
    network = make()
    found = sum(p.numel() for p in network.parameters())
    if found != parameters:
        raise SystemExit(f"expected {parameters} parameters, found {found}")
    optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
    x, target = data(), torch.randint(classes, (labels,))

    def step():
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(x), target)
        loss.backward()
        optimizer.step()
        return loss.item()

    start = time.perf_counter()
    first_loss = step()
    first_step = age_seconds()
    while time.perf_counter() - start < seconds * WARM_UP:
        step()
    times = []
    while not times or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        last_loss = step()
        times.append(time.perf_counter() - before)
    print(json.dumps({
        "peer": "pytorch-python",
        "workload": name,
        "device": "cpu",
        "threads": torch.get_num_threads(),
        "batch": batch,
        "parameters": parameters,
        "steps": len(times),
        "samples_per_s": round(batch * len(times) / sum(times), 3),
        "step_ms_median": round(statistics.median(times) * 1000, 3),
        "first_step_s": round(first_step, 3),
        "peak_rss_mb": round(peak_megabytes(), 3),
        "loss_first": first_loss,
        "loss_last": last_loss,
    }))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in WORKLOADS:
        raise SystemExit(f"usage: pytorch_peer.py WORKLOAD SECONDS; {', '.join(WORKLOADS)}")
    main(sys.argv[1], float(sys.argv[2]))

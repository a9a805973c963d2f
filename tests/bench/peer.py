"""PyTorch on a bench workload: whole training steps on one made-up batch; one line of JSON."""

import argparse
import json
import statistics
import time

import torch
from torch import nn


def mlp():
    return nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    )


def lenet5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )


def vgg_small():
    layers = []
    channels = 3
    for width in (64, 128, 256):
        for _ in range(2):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(4096, 512), nn.ReLU(), nn.Linear(512, 10)]
    return nn.Sequential(*layers)


WORKLOADS = {  # model, sample shape, batch, learning rate
    "mlp": (mlp, (784,), 128, 0.01),
    "lenet5": (lenet5, (1, 28, 28), 64, 0.01),
    "vgg-small": (vgg_small, (3, 32, 32), 32, 0.01),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    build, shape, batch, rate = WORKLOADS[options.workload]
    model = build()
    inputs = torch.rand(batch, *shape) * 2 - 1
    labels = torch.randint(10, (batch,))
    optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=0.9)
    loss_of = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of(model(inputs), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    start = time.perf_counter()
    while time.perf_counter() - start < options.seconds * 0.3:
        step()
    times = []
    while time.perf_counter() - start < options.seconds:
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    print(json.dumps({
        "peer": "pytorch " + torch.__version__,
        "workload": options.workload,
        "batch": batch,
        "threads": options.threads,
        "parameters": sum(p.numel() for p in model.parameters()),
        "samples_per_s": round(batch * len(times) / sum(times), 1),
        "step_ms_median": round(statistics.median(times) * 1000, 3),
    }))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Whole training steps of one workload in PyTorch for Python.

pytorch_peer.py WORKLOAD SECONDS prints the line that `merapi bench` prints. Threads are set by the
environment. The same networks, data and timing as in PyTorchPeer.java.

On a GPU (--device cuda) each step copies its batch from pinned memory to the device first, as Merapi's
does, and SGD is PyTorch's fused one. --mode compiles the forward pass and the loss, and with them the
backward pass, by torch.compile; reduce-overhead replays CUDA graphs.
"""
import argparse
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
    return torch.randint(65, (64, 32))


def encode(x):
    """What a network reads: images as they are, a row with a single 1 for each character."""
    return x if x.is_floating_point() else nn.functional.one_hot(x, 65).float()


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


class Training:
    """A network with its one batch, on a device."""

    def __init__(self, name, device, mode):
        make, data, self.batch, labels, classes, rate, self.parameters = WORKLOADS[name]
        torch.manual_seed(42)
        network = make().to(device)
        found = sum(p.numel() for p in network.parameters())
        if found != self.parameters:
            raise SystemExit(f"expected {self.parameters} parameters, found {found}")
        self.on_gpu = device == "cuda"
        self.optimizer = torch.optim.SGD(
            network.parameters(), lr=rate, momentum=0.9, fused=self.on_gpu or None
        )
        self.host = (data(), torch.randint(classes, (labels,)))
        if self.on_gpu:
            self.host = tuple(tensor.pin_memory() for tensor in self.host)
            self.given = tuple(tensor.to(device) for tensor in self.host)
        else:
            self.given = (encode(self.host[0]), self.host[1])

        def loss(x, target):
            return nn.functional.cross_entropy(network(encode(x)), target)

        options = {} if mode == "compile" else {"mode": mode}
        self.loss = loss if mode == "eager" else torch.compile(loss, **options)

    def step(self):
        """Takes a step, waits for it and gives its loss."""
        if self.on_gpu:
            for target, source in zip(self.given, self.host):
                target.copy_(source, non_blocking=True)
        self.optimizer.zero_grad()
        loss = self.loss(*self.given)
        loss.backward()
        self.optimizer.step()
        return loss.item()  # enqueued last: it waits for all of the step

    def run(self, seconds):
        """The figures of at least one step that does not count and one that does."""
        if self.on_gpu:
            torch.cuda.synchronize()
        start = time.perf_counter()
        first_loss = self.step()
        first_step = age_seconds()
        while time.perf_counter() - start < seconds * WARM_UP:
            self.step()
        times = []
        while not times or time.perf_counter() - start < seconds:
            before = time.perf_counter()
            last_loss = self.step()
            times.append(time.perf_counter() - before)
        return {
            "batch": self.batch,
            "parameters": self.parameters,
            "steps": len(times),
            "samples_per_s": round(self.batch * len(times) / sum(times), 3),
            "step_ms_median": round(statistics.median(times) * 1000, 3),
            "first_step_s": round(first_step, 3),
            "peak_rss_mb": round(peak_megabytes(), 3),
            "loss_first": first_loss,
            "loss_last": last_loss,
        }


def versions():
    """Of PyTorch, of the libraries it runs on, and the device's name."""
    return {
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),
        "gpu": torch.cuda.get_device_name(),
    }


def main(options):
    torch.backends.cuda.matmul.allow_tf32 = options.tf32
    torch.backends.cudnn.allow_tf32 = options.tf32
    if options.device == "cuda" and not torch.cuda.is_available():
        raise SystemExit(f"PyTorch {torch.__version__} finds no GPU")
    training = Training(options.workload, options.device, options.mode)

    def measure(seconds):
        result = {
            "peer": "pytorch-python",
            "workload": options.workload,
            "device": options.device,
            "threads": torch.get_num_threads(),
            **training.run(seconds),
        }
        if options.device == "cuda":
            result["device_mb"] = round(torch.cuda.max_memory_reserved() / 2**20, 3)
            result["versions"] = versions()
        print(json.dumps(result), flush=True)

    measure(options.seconds)
    if options.again:
        for line in sys.stdin:
            measure(float(line))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Whole training steps in PyTorch.")
    parser.add_argument("workload", choices=WORKLOADS)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--mode", choices=("eager", "compile", "reduce-overhead"), default="eager")
    parser.add_argument("--tf32", action="store_true", help="may round products to TF32")
    parser.add_argument(
        "--again", action="store_true", help="measure again for each line of seconds on standard input"
    )
    main(parser.parse_args())

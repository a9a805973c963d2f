"""Prints the losses of LeNet-5's first training steps by PyTorch, for Lenet5GoldenTest.

Weights, images and labels are formulas, so that both sides begin from the same numbers.
Written with PyTorch 2.x on the CPU: python3 lenet5_losses.py
"""

import torch
from torch import nn


def wave(count, factor, phase, scale):
    i = torch.arange(count, dtype=torch.float64)
    return (scale * torch.sin(factor * i + phase)).to(torch.float32)


net = nn.Sequential(
    nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
    nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
with torch.no_grad():
    for k, p in enumerate(net.parameters()):
        p.copy_(wave(p.numel(), 0.7 + 0.1 * k, k, 0.15).reshape(p.shape))
images = wave(8 * 784, 0.013, 0.5, 1.0).reshape(8, 1, 28, 28)
labels = torch.tensor([3, 1, 4, 1, 5, 9, 2, 6])


def run(name, optimizer):
    state = {k: v.clone() for k, v in net.state_dict().items()}
    losses = []
    for _ in range(8):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(images), labels)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(net.parameters(), 1e9)
        optimizer.step()
        losses.append(loss.item())
    print(name, ", ".join(f"{x:.6f}" for x in losses), "last gradient norm", f"{norm:.5f}")
    net.load_state_dict(state)


run("sgd", torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9))
run("adam", torch.optim.Adam(net.parameters(), lr=0.001))
run("rmsprop", torch.optim.RMSprop(net.parameters(), lr=0.0005))
run("adamw", torch.optim.AdamW(net.parameters(), lr=0.001, weight_decay=0.1))

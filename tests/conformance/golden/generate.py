#!/usr/bin/env python3
"""Writes the golden values of GoldenCases, RecurrentTest, KinkTest and LayerTest with PyTorch in F64.

Run from tests/conformance after `pip install torch`:

    G=src/main/resources/dev/merapi/conformance/golden
    python3 golden/generate.py cases > $G/pytorch.txt
    python3 golden/generate.py recurrent > $G/pytorch-recurrent.txt
    python3 golden/generate.py kinks > $G/pytorch-kinks.txt
    python3 golden/generate.py layers > $G/pytorch-layers.txt

A case is a line `case NAME` and then lines `in DIMS : VALUES` and `out DIMS : VALUES`, with
commas between numbers. Inputs are multiples of 1/64, so that F32 holds them exactly.
"""

import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(20)


def draw(*dims):
    return (torch.randn(*dims, generator=generator) * 64).round() / 64


def text(tensor):
    dims = ",".join(str(d) for d in tensor.shape)
    values = ",".join(repr(float(v)) for v in tensor.detach().flatten())
    # as Java writes them
    return dims + " : " + values.replace("inf", "Infinity").replace("nan", "NaN")


def case(name, inputs, outputs):
    print("case " + name)
    for tensor in inputs:
        print("in " + text(tensor))
    for tensor in outputs:
        print("out " + text(tensor))


def grads(output, inputs, grad_output):
    return torch.autograd.grad(output, inputs, grad_output)


def elementwise():
    x = draw(3, 7)
    x[0, 0] = 0.0
    for name, f in {
        "relu": F.relu,
        "leakyRelu 0.1": lambda v: F.leaky_relu(v, 0.1),
        "elu 0.5": lambda v: F.elu(v, 0.5),
        "gelu": F.gelu,
        "silu": F.silu,
        "softplus": F.softplus,
        "sigmoid": torch.sigmoid,
        "erf": torch.erf,
    }.items():
        case(name, [x], [f(x)])


def softmax():
    x = draw(4, 5)
    labels = torch.tensor([0, 4, 2, 2])
    case("softmax", [x], [F.softmax(x, 1)])
    case("logSoftmax", [x], [F.log_softmax(x, 1)])
    loss = F.cross_entropy(x, labels, reduction="none")
    case("softmaxCrossEntropy", [x, labels], [loss, F.softmax(x, 1)])


def convolution():
    for name, c, o, kernel, options in [
        ("conv2d", 2, 3, (3, 2), {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2)}),
        ("conv2d 2 groups", 4, 6, (3, 3), {"padding": 1, "groups": 2}),
    ]:
        x = draw(2, c, 6, 5).requires_grad_()
        weight = draw(o, c // options.get("groups", 1), *kernel).requires_grad_()
        y = F.conv2d(x, weight, **options)
        grad = draw(*y.shape)
        grad_x, grad_weight = grads(y, [x, weight], grad)
        case(name, [x, weight], [y])
        case(name + " gradInput", [grad, weight], [grad_x])
        case(name + " gradFilter", [x, grad], [grad_weight])


def pooling():
    x = draw(2, 2, 6, 7).requires_grad_()
    y = F.max_pool2d(x, (3, 2), (2, 1), (1, 1))
    grad = draw(*y.shape)
    case("maxPool2d", [x], [y])
    case("maxPool2d grad", [x, y, grad], grads(y, [x], grad))
    y = F.avg_pool2d(x, (3, 2), (2, 1), (1, 1))
    case("avgPool2d", [x], [y])
    case("avgPool2d grad", [grad], grads(y, [x], grad))


def normalization():
    x = draw(4, 3, 2, 2).requires_grad_()
    scale = draw(3).requires_grad_()
    bias = draw(3).requires_grad_()
    grad = draw(4, 3, 2, 2)
    y = F.batch_norm(x, None, None, scale, bias, training=True, eps=1e-3)
    mean = x.mean((0, 2, 3))
    inv_std = (x.var((0, 2, 3), unbiased=False) + 1e-3).rsqrt()
    case("batchNorm", [x, scale, bias], [y, mean, inv_std])
    case(
        "batchNorm grad", [grad, x, scale, mean, inv_std], grads(y, [x, scale, bias], grad)
    )
    scale = draw(2, 2).requires_grad_()
    bias = draw(2, 2).requires_grad_()
    y = F.layer_norm(x, (2, 2), scale, bias, eps=1e-3)
    mean = x.mean((2, 3))
    inv_std = (x.var((2, 3), unbiased=False) + 1e-3).rsqrt()
    case("layerNorm", [x, scale, bias], [y, mean, inv_std])
    case(
        "layerNorm grad", [grad, x, scale, mean, inv_std], grads(y, [x, scale, bias], grad)
    )
    for size in (5, 4):
        x = draw(2, 7, 2, 2).requires_grad_()
        y = F.local_response_norm(x, size, alpha=0.5, beta=0.75, k=1.5)
        grad = draw(*y.shape)
        scale = (x / y) ** (1 / 0.75)
        case("localResponseNorm %d" % size, [x], [y, scale])
        case("localResponseNorm %d grad" % size, [grad, x, y, scale], grads(y, [x], grad))


def recurrent():
    """A case forward and one backward for each stack; both states have given initial values."""
    steps, batch, size, hidden = 4, 2, 3, 2
    for name, kind, options in [
        ("lstm", torch.nn.LSTM, {}),
        ("lstm 2 layers", torch.nn.LSTM, {"num_layers": 2}),
        ("lstm 2 layers, bidirectional", torch.nn.LSTM, {"num_layers": 2, "bidirectional": True}),
        ("gru", torch.nn.GRU, {}),
        ("gru 2 layers, bidirectional", torch.nn.GRU, {"num_layers": 2, "bidirectional": True}),
        ("rnn tanh", torch.nn.RNN, {}),
        ("rnn tanh 2 layers, bidirectional", torch.nn.RNN, {"num_layers": 2, "bidirectional": True}),
        ("rnn relu 2 layers", torch.nn.RNN, {"num_layers": 2, "nonlinearity": "relu"}),
    ]:
        module = kind(size, hidden, **options)
        for parameter in module.parameters():
            parameter.data = draw(*parameter.shape)
        rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)
        x = draw(steps, batch, size).requires_grad_()
        count = 2 if kind is torch.nn.LSTM else 1
        initial = [draw(rows, batch, hidden).requires_grad_() for _ in range(count)]
        y, final = module(x, tuple(initial) if count == 2 else initial[0])
        final = list(final) if count == 2 else [final]
        # PyTorch's order of parameters is the order of the packed weight
        weight = torch.cat([p.flatten() for p in module.parameters()])
        grad_outputs = [draw(*o.shape) for o in [y, *final]]
        parameters = list(module.parameters())
        found = torch.autograd.grad([y, *final], [x, *initial, *parameters], grad_outputs)
        grad_weight = torch.cat([g.flatten() for g in found[1 + count :]])
        case(name, [x, weight, *initial], [y, *final])
        case(
            name + " grad",
            [*grad_outputs, x, weight, *initial],
            [found[0], grad_weight, *found[1 : 1 + count]],
        )


def kinks():
    """Gradients of the sum of the outputs where left and right slopes differ, or at infinity."""
    inf, nan = float("inf"), float("nan")
    x = torch.tensor([0.0, -0.0, 1.0, -1.0, inf, -inf, 1e4, -1e4])
    for name, f in {
        "relu": F.relu,
        "leakyRelu 0.1": lambda v: F.leaky_relu(v, 0.1),
        "elu 0.5": lambda v: F.elu(v, 0.5),
        "abs": torch.abs,
        "sign": torch.sign,
        "floor": torch.floor,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softplus": F.softplus,
        "erf": torch.erf,
    }.items():
        v = x.clone().requires_grad_()
        case(name, [v], torch.autograd.grad(f(v).sum(), [v]))
    a = torch.tensor([1.0, 2.0, 3.0, 0.0, inf, 5.0]).requires_grad_()
    b = torch.tensor([1.0, 3.0, 2.0, 0.0, inf, -inf]).requires_grad_()
    case("max", [a, b], torch.autograd.grad(torch.maximum(a, b).sum(), [a, b]))
    case("min", [a, b], torch.autograd.grad(torch.minimum(a, b).sum(), [a, b]))
    v = torch.tensor([[3.0, 1.0, 3.0], [2.0, 2.0, 2.0], [0.0, -1.0, -2.0]]).requires_grad_()
    case("reduceMax", [v], torch.autograd.grad(torch.amax(v, 1).sum(), [v]))
    case("reduceMin", [v], torch.autograd.grad(torch.amin(v, 1).sum(), [v]))
    v = torch.ones(1, 1, 3, 3).requires_grad_()
    case("maxPool2d", [v], torch.autograd.grad(F.max_pool2d(v, 2, 1).sum(), [v]))
    c = torch.tensor([1.0, 0.0, 1.0, 0.0])
    a = torch.tensor([inf, inf, 1.0, nan]).requires_grad_()
    b = torch.tensor([nan, 1.0, inf, 2.0]).requires_grad_()
    y = torch.where(c != 0, a, b)
    case("select", [c, a, b], [torch.zeros(4), *torch.autograd.grad(y.sum(), [a, b])])
    v = torch.tensor([[0.0, -inf, 1.0], [1e4, -1e4, 0.0]]).requires_grad_()
    case("softmax", [v], torch.autograd.grad(F.softmax(v, 1).sum(), [v]))


def locally_connected(x, weight, bias):
    """Filters [places, O, C, k, k] of stride 2 and padding 1, by torch's unfold."""
    places, o, c, k, _ = weight.shape
    patches = F.unfold(x, k, padding=1, stride=2)  # [N, C k k, places]
    y = torch.einsum("nfp,pof->nop", patches, weight.reshape(places, o, c * k * k))
    return y.reshape(x.shape[0], *bias.shape) + bias


def maxout(pieces):
    return lambda x: x.reshape(x.shape[0], -1, pieces, *x.shape[2:]).amax(2)


def layers():
    """A case's inputs are x, the parameters and y's gradient; its outputs y and their gradients."""
    nn = torch.nn
    for name, dims, f in [
        ("dense", (3, 5), nn.Linear(5, 4)),
        ("conv1d", (3, 4, 9), nn.Conv1d(4, 6, 3, 2, 2, 2, 2)),
        ("conv2d 1x1", (2, 3, 4, 5), nn.Conv2d(3, 4, 1)),
        ("conv2d groups", (2, 4, 6, 5), nn.Conv2d(4, 6, 3, 2, 1, 1, 2)),
        ("depthwiseConv2d", (2, 3, 7, 6), nn.Conv2d(3, 6, 3, 2, 1, 1, 3)),
        ("convTranspose2d", (2, 3, 3, 4), nn.ConvTranspose2d(3, 4, 3)),
        (
            "convTranspose2d outputPadding",
            (2, 4, 4, 3),
            nn.ConvTranspose2d(4, 6, 3, 2, 1, 1, 2),
        ),
        (
            "convTranspose2d dilated",
            (1, 2, 3, 4),
            nn.ConvTranspose2d(2, 3, 2, 3, 0, 2, 1, False, 2),
        ),
        ("preLu", (3, 5), nn.PReLU()),
        ("preLu perChannel", (2, 3, 2, 4), nn.PReLU(3)),
        ("selu", (3, 5), nn.SELU()),
        ("elu", (3, 5), nn.ELU(0.5)),
        ("leakyRelu", (3, 5), nn.LeakyReLU(0.02)),
        ("gelu", (3, 5), nn.GELU()),
        ("silu", (3, 5), nn.SiLU()),
        ("softplus", (3, 5), nn.Softplus()),
        ("softmax of channels", (2, 3, 4), nn.Softmax(1)),
        ("maxout", (2, 6), maxout(3)),
        ("maxout of images", (2, 4, 3, 2), maxout(2)),
        ("groupNorm", (2, 6, 3, 2), nn.GroupNorm(2, 6, eps=1e-3)),
        ("groupNorm of vectors", (3, 6), nn.GroupNorm(3, 6)),
        ("instanceNorm", (2, 3, 4, 2), nn.InstanceNorm2d(3)),
        ("instanceNorm affine", (2, 3, 5), nn.InstanceNorm1d(3, eps=1e-3, affine=True)),
        ("layerNorm", (2, 3, 4), nn.LayerNorm((3, 4))),
        ("batchNorm", (4, 3, 2, 3), nn.BatchNorm2d(3)),
        ("localResponseNorm", (2, 5, 2, 3), nn.LocalResponseNorm(3, 0.5, 0.75, 2)),
        ("maxPool1d", (2, 3, 8), nn.MaxPool1d(3, 2, 1)),
        ("avgPool1d", (2, 3, 8), nn.AvgPool1d(3, 2, 1)),
        ("maxPool2d overlapping", (2, 3, 7, 9), nn.MaxPool2d(3, 2)),
        ("globalAvgPool2d", (2, 3, 4, 5), lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1)),
        ("globalMaxPool2d", (2, 3, 4, 5), lambda x: F.adaptive_max_pool2d(x, 1).flatten(1)),
        ("globalAvgPool1d", (2, 3, 5), lambda x: F.adaptive_avg_pool1d(x, 1).flatten(1)),
        ("globalMaxPool1d", (2, 3, 5), lambda x: F.adaptive_max_pool1d(x, 1).flatten(1)),
        ("upsample2d", (2, 3, 2, 3), nn.UpsamplingNearest2d(scale_factor=3)),
        ("zeroPad2d", (2, 3, 3, 4), nn.ZeroPad2d((1, 0, 2, 3))),
    ]:
        parameters = list(f.parameters()) if isinstance(f, nn.Module) else []
        for p in parameters:
            p.data = draw(*p.shape)
        layer_case(name, draw(*dims), parameters, lambda x, *_: f(x))
    subsampling = lambda x, w, b: F.avg_pool2d(x, 2) * w[:, None, None] + b[:, None, None]
    layer_case("subsampling2d", draw(2, 3, 5, 4), [draw(3), draw(3)], subsampling)
    weight, bias = draw(12, 4, 2, 3, 3), draw(4, 3, 4)
    layer_case("locallyConnected", draw(2, 2, 5, 7), [weight, bias], locally_connected)


    attention_layers()
    recurrent_layers()


def recurrent_layers():
    """Sequences of lengths 4, 1 and 3, from zeros or from states that are parts of x; all outputs
    flattened, one behind the other."""
    lengths = torch.tensor([4, 1, 3])
    for name, kind, options, given in [
        ("lstm of lengths", torch.nn.LSTM, {"num_layers": 2, "bidirectional": True}, False),
        ("lstm from states", torch.nn.LSTM, {"num_layers": 2}, True),
        ("gru of lengths", torch.nn.GRU, {"bidirectional": True}, True),
        ("rnn of lengths", torch.nn.RNN, {"bidirectional": True}, True),
    ]:
        module = kind(3, 2, **options)
        names = [n for n, _ in module.named_parameters()]
        shapes = [p.shape for p in module.parameters()]
        rows = options.get("num_layers", 1) * (2 if options.get("bidirectional") else 1)

        def f(x, weight):
            pieces = torch.split(weight, [s.numel() for s in shapes])
            parameters = {n: p.view(s) for n, p, s in zip(names, pieces, shapes)}
            packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths, enforce_sorted=False)
            h, c = x[:rows, :, :2], x[:rows, :, 1:]
            states = () if not given else ((h, c),) if kind is torch.nn.LSTM else (h,)
            y, last = torch.func.functional_call(module, parameters, (packed, *states))
            y, _ = torch.nn.utils.rnn.pad_packed_sequence(y)
            outputs = [y, *(last if kind is torch.nn.LSTM else [last])]
            return torch.cat([o.flatten() for o in outputs])

        layer_case(name, draw(4, 3, 3), [draw(sum(s.numel() for s in shapes))], f)

    def peephole(x, weight_ih, weight_hh, bias, peep):
        h, c = x[:1, :, :2], x[:1, :, 1:]
        rows = []
        for t in range(4):
            i, f, g, o = (x[t] @ weight_ih.T + h @ weight_hh.T + bias).chunk(4, -1)
            new = torch.sigmoid(f + peep[1] * c) * c
            new = new + torch.sigmoid(i + peep[0] * c) * torch.tanh(g)
            inside = (t < lengths)[None, :, None]
            h = torch.where(inside, torch.sigmoid(o + peep[2] * new) * torch.tanh(new), h)
            c = torch.where(inside, new, c)
            rows.append(torch.where(inside, h, torch.zeros(())))
        return torch.cat([v.flatten() for v in [torch.cat(rows), h, c]])

    parameters = [draw(8, 3), draw(8, 2), draw(8), draw(3, 2)]
    layer_case("peepholeLstm of lengths", draw(4, 3, 3), parameters, peephole)


def attention_layers():
    """Keys and values are parts of x, so that a case has one input; lengths leave keys out."""
    for name, heads, causal in [("", 2, False), (" causal", 3, True)]:
        module = torch.nn.MultiheadAttention(6, heads, bias=not causal, batch_first=True)
        mask = torch.ones(4, 4, dtype=torch.bool).triu(1) if causal else None
        f = lambda m, x: m(x, x, x, attn_mask=mask, need_weights=False)[0]
        attention_case("multiHeadAttention" + name, module, f)
    module = torch.nn.MultiheadAttention(6, 2, batch_first=True)
    f = lambda m, x: m(x, x[:, 1:], x[:, 1:], need_weights=False)[0]
    attention_case("multiHeadAttention packed", module, f)
    module = torch.nn.MultiheadAttention(6, 2, kdim=5, vdim=3, batch_first=True)
    hidden = torch.arange(3) >= torch.tensor([3, 1])[:, None]
    f = lambda m, x: m(
        x, x[:, 1:, :5], x[:, :3, 3:], key_padding_mask=hidden, need_weights=False
    )[0]
    attention_case("multiHeadAttention of lengths", module, f)
    hidden_too = torch.arange(3) >= torch.tensor([2, 3])[:, None, None]

    def additive(x, w, u, v):
        q, k = x @ w.T, x[:, 1:, :5] @ u.T
        score = (torch.tanh(q[:, :, None] + k[:, None]) @ v.T)[..., 0]
        score = score.masked_fill(hidden_too, float("-inf"))
        return F.softmax(score, -1) @ x[:, :3, 3:]

    parameters = [draw(4, 6), draw(4, 5), draw(1, 4)]
    layer_case("additiveAttention of lengths", draw(2, 4, 6), parameters, additive)
    general = lambda x, w: F.softmax(x @ w @ x.mT, -1) @ x
    layer_case("dotAttention general", draw(2, 4, 3), [draw(3, 3)], general)

    def encoded(x):
        position = torch.arange(4)[:, None]
        table = torch.zeros(4, 6)
        frequency = torch.exp(torch.arange(0, 6, 2) * (-math.log(10000.0) / 6))
        table[:, 0::2] = torch.sin(position * frequency)
        table[:, 1::2] = torch.cos(position * frequency)
        return x + table

    layer_case("positionalEncoding", draw(2, 4, 6), [], encoded)


def attention_case(name, module, f):
    for p in module.parameters():
        p.data = draw(*p.shape)
    layer_case(name, draw(2, 4, 6), list(module.parameters()), lambda x, *_: f(module, x))


def layer_case(name, x, parameters, f):
    by = [v.requires_grad_() for v in [x, *parameters]]
    y = f(*by)
    grad = draw(*y.shape)
    case(name, [*by, grad], [y, *grads(y, by, grad)])


if sys.argv[1] == "kinks":
    kinks()
elif sys.argv[1] == "layers":
    layers()
elif sys.argv[1] == "recurrent":
    recurrent()
else:
    elementwise()
    softmax()
    convolution()
    pooling()
    normalization()

#include "convolution.h"

namespace cudnn {

const Convolution& convolution(const Call& call, const void* descriptor) {
  const Convolution& c = call.object<Convolution>("convDesc", descriptor);
  call.require(c.rank > 0, "convDesc was not set");
  return c;
}

Problem::Problem(const Call& call, const void* xDesc, const void* wDesc, const void* convDesc,
                 const void* yDesc)
    : conv(convolution(call, convDesc)),
      xTensor(tensor(call, "xDesc", xDesc)),
      yTensor(tensor(call, "yDesc", yDesc)),
      wFilter(filter(call, "wDesc", wDesc)),
      x(spatial(call, xTensor)),
      w(spatial(call, wFilter)),
      y(spatial(call, yTensor)) {
  call.require(
      xTensor.rank == conv.rank + 2 && wFilter.rank == xTensor.rank && yTensor.rank == xTensor.rank,
      "ranks of x, w and y must be the convolution's %d + 2, found %d, %d, %d", conv.rank,
      xTensor.rank, wFilter.rank, yTensor.rank);
  call.require(xTensor.type == wFilter.type && xTensor.type == yTensor.type,
               "x, w and y must have one data type, found %d, %d, %d", xTensor.type, wFilter.type,
               yTensor.type);
  call.supports(conv.computeType == xTensor.type, "compute type %d for data type %d",
                conv.computeType, xTensor.type);
  call.require(x.c % conv.groups == 0 && y.c % conv.groups == 0,
               "%d and %d channels do not fit %d groups", x.c, y.c, conv.groups);
  call.require(w.c == x.c / conv.groups, "wDesc must have %d input channels, found %d",
               x.c / conv.groups, w.c);
  call.require(w.n == y.c, "yDesc must have %d channels, found %d", w.n, y.c);
  call.require(x.n == y.n, "yDesc must have batch size %d, found %d", x.n, y.n);
  for (int d = 0; d < conv.rank; d++) {
    int size = conv.outputSize(d, xTensor.dim[d + 2], wFilter.dim[d + 2]);
    call.require(size > 0, "the kernel is larger than the padded input in dimension %d", d);
    call.require(size == yTensor.dim[d + 2], "yDesc must have size %d in dimension %d, found %d",
                 size, d + 2, yTensor.dim[d + 2]);
    int to = d + 3 - conv.rank;
    pad[to] = conv.pad[d];
    stride[to] = conv.stride[d];
    dilation[to] = conv.dilation[d];
  }
  bool channelsLast = x.cStep == 1 && y.cStep == 1;
  call.supports(wFilter.format == NCHW || channelsLast, "a filter in NHWC needs x and y in NHWC");
}

const std::vector<Algorithm>& algorithms(Direction direction) {
  // The ones that are not deterministic come first where there are any: who wants the others must
  // look for them.
  static const std::vector<Algorithm> forward{{1, true}, {0, true}, {2, true}};
  static const std::vector<Algorithm> data{{0, false}, {1, true}};
  static const std::vector<Algorithm> filter{{0, false}, {3, false}, {1, true}};
  switch (direction) {
    case Direction::FORWARD:
      return forward;
    case Direction::BACKWARD_DATA:
      return data;
    default:
      return filter;
  }
}

int64_t Problem::workspaceBytes(Direction direction, int algorithm) const {
  const std::vector<Algorithm>& all = algorithms(direction);
  bool known = std::any_of(all.begin(), all.end(),
                           [&](const Algorithm& a) { return a.number == algorithm; });
  if (!known) return -1;
  // The sizes are made up, as the real ones depend on version and device; only zero and not zero
  // matter.
  int64_t weights = (int64_t(wFilter.count()) * 4 + 255) / 256 * 256;
  if (direction == Direction::FORWARD && algorithm == 2) {
    if (conv.groups != 1 || wFilter.format != NCHW) return -1;
    return weights * y.space[0] * y.space[1] * y.space[2];
  }
  return algorithm == 1 ? weights : 0;
}

}  // namespace cudnn

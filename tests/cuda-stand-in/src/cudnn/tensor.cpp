#include "tensor.h"

#include <algorithm>

namespace cudnn {

int64_t Tensor::count() const {
  int64_t n = 1;
  for (int d = 0; d < rank; d++) n *= dim[d];
  return n;
}

size_t Tensor::extent() const {
  int64_t last = 0;
  for (int d = 0; d < rank; d++) last += int64_t(dim[d] - 1) * stride[d];
  return static_cast<size_t>(last + 1);
}

bool Tensor::sameShape(const Tensor& other) const {
  return type == other.type && rank == other.rank && std::equal(dim, dim + rank, other.dim);
}

void Tensor::pack() {
  int64_t step = 1;
  for (int d = rank - 1; d >= 0; d--) {
    stride[d] = static_cast<int>(step);
    step *= dim[d];
  }
}

size_t Filter::count() const {
  size_t n = 1;
  for (int d = 0; d < rank; d++) n *= static_cast<size_t>(dim[d]);
  return n;
}

Spatial spatial(const Call& call, const Tensor& t) {
  call.supports(t.rank >= 3 && t.rank <= 5, "tensors of rank 3 to 5, found %d", t.rank);
  Spatial s{t.dim[0], t.dim[1], {1, 1, 1}, t.stride[0], t.stride[1], {0, 0, 0}};
  for (int d = 2; d < t.rank; d++) {
    s.space[d + 3 - t.rank] = t.dim[d];
    s.step[d + 3 - t.rank] = t.stride[d];
  }
  return s;
}

Spatial spatial(const Call& call, const Filter& f) {
  Tensor t;
  t.rank = f.rank;
  std::copy(f.dim, f.dim + f.rank, t.dim);
  t.pack();
  if (f.format == NHWC) {  // the channels are nearest in memory
    int64_t step = f.dim[1];
    for (int d = f.rank - 1; d >= 2; d--) {
      t.stride[d] = static_cast<int>(step);
      step *= f.dim[d];
    }
    t.stride[1] = 1;
  }
  return spatial(call, t);
}

const Tensor& tensor(const Call& call, const char* what, const void* descriptor) {
  const Tensor& t = call.object<Tensor>(what, descriptor);
  call.require(t.rank > 0, "%s was not set", what);
  return t;
}

const Filter& filter(const Call& call, const char* what, const void* descriptor) {
  const Filter& f = call.object<Filter>(what, descriptor);
  call.require(f.rank > 0, "%s was not set", what);
  return f;
}

void requireSame(const Call& call, const char* nameA, const Tensor& a, const char* nameB,
                 const Tensor& b) {
  call.require(a.type == b.type, "%s and %s must have one data type, found %d and %d", nameA, nameB,
               a.type, b.type);
  requireDims(call, nameB, b, a.rank, a.dim);
}

void requireDims(const Call& call, const char* what, const Tensor& found, int rank,
                 const int* expected) {
  call.require(found.rank == rank, "%s must have rank %d, found %d", what, rank, found.rank);
  for (int d = 0; d < rank; d++) {
    call.require(found.dim[d] == expected[d], "%s must have size %d in dimension %d, found %d",
                 what, expected[d], d, found.dim[d]);
  }
}

}  // namespace cudnn

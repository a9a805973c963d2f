// libcudnn.so.9: descriptors of tensors.
#include <algorithm>

#include "tensor.h"

using cudnn::answer;
using cudnn::Call;
using cudnn::MAX_DIMS;
using cudnn::Tensor;

namespace {

constexpr size_t ELEMENT_BYTES[] = {4, 8, 2, 1, 4};

void set(const Call& call, Tensor* descriptor, int type, int rank, const int* dim,
         const int* stride) {
  Tensor& t = call.object<Tensor>("tensorDesc", descriptor);
  call.supports(type >= 0 && type <= cudnn::INT32, "data type %d is not emulated", type);
  call.require(rank >= 3 && rank <= MAX_DIMS, "nbDims must be 3 to 8, found %d", rank);
  Tensor next;
  next.type = type;
  next.rank = rank;
  int64_t last = 1;
  for (int d = 0; d < rank; d++) {
    call.require(dim[d] > 0, "dimension %d must be positive, found %d", d, dim[d]);
    call.require(stride == nullptr || stride[d] > 0, "stride %d must be positive, found %d", d,
                 stride ? stride[d] : 0);
    last *= dim[d];
    call.supports(last < (int64_t(1) << 31), "tensors of 2^31 elements and more");
    next.dim[d] = dim[d];
    if (stride) next.stride[d] = stride[d];
  }
  if (stride == nullptr) next.pack();
  t = next;
}

void setFormatted(const Call& call, Tensor* descriptor, int format, int type, int rank,
                  const int* dim) {
  call.supports(format == cudnn::NCHW || format == cudnn::NHWC, "format %d is not emulated",
                format);
  call.require(rank >= 3 && rank <= MAX_DIMS, "nbDims must be 3 to 8, found %d", rank);
  if (format == cudnn::NCHW) {
    set(call, descriptor, type, rank, dim, nullptr);
    return;
  }
  int stride[MAX_DIMS];
  stride[1] = 1;
  int step = dim[1];
  for (int d = rank - 1; d >= 2; d--) {
    stride[d] = step;
    step *= dim[d];
  }
  stride[0] = step;
  set(call, descriptor, type, rank, dim, stride);
}

}  // namespace

STAND_IN_API int cudnnCreateTensorDescriptor(Tensor** descriptor) {
  return cudnn::create("cudnnCreateTensorDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyTensorDescriptor(Tensor* descriptor) {
  return cudnn::destroy("cudnnDestroyTensorDescriptor", descriptor);
}

STAND_IN_API int cudnnSetTensor4dDescriptor(Tensor* descriptor, int format, int type, int n, int c,
                                            int h, int w) {
  return answer("cudnnSetTensor4dDescriptor", [&](Call& call) {
    const int dim[] = {n, c, h, w};
    setFormatted(call, descriptor, format, type, 4, dim);
  });
}

STAND_IN_API int cudnnSetTensor4dDescriptorEx(Tensor* descriptor, int type, int n, int c, int h,
                                              int w, int nStride, int cStride, int hStride,
                                              int wStride) {
  return answer("cudnnSetTensor4dDescriptorEx", [&](Call& call) {
    const int dim[] = {n, c, h, w}, stride[] = {nStride, cStride, hStride, wStride};
    set(call, descriptor, type, 4, dim, stride);
  });
}

STAND_IN_API int cudnnSetTensorNdDescriptor(Tensor* descriptor, int type, int rank, const int dim[],
                                            const int stride[]) {
  return answer("cudnnSetTensorNdDescriptor", [&](Call& call) {
    set(call, descriptor, type, rank, call.host("dimA", dim), call.host("strideA", stride));
  });
}

STAND_IN_API int cudnnSetTensorNdDescriptorEx(Tensor* descriptor, int format, int type, int rank,
                                              const int dim[]) {
  return answer("cudnnSetTensorNdDescriptorEx", [&](Call& call) {
    setFormatted(call, descriptor, format, type, rank, call.host("dimA", dim));
  });
}

STAND_IN_API int cudnnGetTensor4dDescriptor(Tensor* descriptor, int* type, int* n, int* c, int* h,
                                            int* w, int* nStride, int* cStride, int* hStride,
                                            int* wStride) {
  return answer("cudnnGetTensor4dDescriptor", [&](Call& call) {
    const Tensor& t = cudnn::tensor(call, "tensorDesc", descriptor);
    call.require(t.rank == 4, "the descriptor has rank %d, not 4", t.rank);
    *call.host("dataType", type) = t.type;
    int* const dims[] = {n, c, h, w};
    int* const strides[] = {nStride, cStride, hStride, wStride};
    for (int d = 0; d < 4; d++) {
      *call.host("dimension", dims[d]) = t.dim[d];
      *call.host("stride", strides[d]) = t.stride[d];
    }
  });
}

STAND_IN_API int cudnnGetTensorNdDescriptor(Tensor* descriptor, int wanted, int* type, int* rank,
                                            int dim[], int stride[]) {
  return answer("cudnnGetTensorNdDescriptor", [&](Call& call) {
    // One that was not set is what cudnnGetRNNWeightParams leaves for weights that do not exist.
    const Tensor& t = call.object<Tensor>("tensorDesc", descriptor);
    *call.host("dataType", type) = t.type;
    *call.host("nbDims", rank) = t.rank;
    int count = std::min(wanted, t.rank);
    if (count <= 0) return;
    std::copy(t.dim, t.dim + count, call.host("dimA", dim));
    std::copy(t.stride, t.stride + count, call.host("strideA", stride));
  });
}

STAND_IN_API int cudnnGetTensorSizeInBytes(Tensor* descriptor, size_t* bytes) {
  return answer("cudnnGetTensorSizeInBytes", [&](Call& call) {
    const Tensor& t = cudnn::tensor(call, "tensorDesc", descriptor);
    *call.host("size", bytes) = t.extent() * ELEMENT_BYTES[t.type];
  });
}

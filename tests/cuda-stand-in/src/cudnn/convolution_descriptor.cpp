// libcudnn.so.9: descriptors of convolutions.
#include "convolution.h"

using cudnn::answer;
using cudnn::Call;
using cudnn::Convolution;

namespace {

void set(const Call& call, Convolution* descriptor, int rank, const int* pad, const int* stride,
         const int* dilation, int mode, int computeType) {
  Convolution& c = call.object<Convolution>("convDesc", descriptor);
  call.supports(rank >= 1 && rank <= 3, "arrayLength must be 1 to 3, found %d", rank);
  call.require(mode == Convolution::CONVOLUTION || mode == Convolution::CROSS_CORRELATION,
               "mode must be 0 or 1, found %d", mode);
  call.supports(computeType == cudnn::FLOAT || computeType == cudnn::DOUBLE,
                "compute type %d is not emulated", computeType);
  for (int d = 0; d < rank; d++) {
    call.require(pad[d] >= 0, "padding must not be negative, found %d", pad[d]);
    call.require(stride[d] > 0, "stride must be positive, found %d", stride[d]);
    call.require(dilation[d] > 0, "dilation must be positive, found %d", dilation[d]);
  }
  c.rank = rank;
  std::copy(pad, pad + rank, c.pad);
  std::copy(stride, stride + rank, c.stride);
  std::copy(dilation, dilation + rank, c.dilation);
  c.mode = mode;
  c.computeType = computeType;
}

}  // namespace

STAND_IN_API int cudnnCreateConvolutionDescriptor(Convolution** descriptor) {
  return cudnn::create("cudnnCreateConvolutionDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyConvolutionDescriptor(Convolution* descriptor) {
  return cudnn::destroy("cudnnDestroyConvolutionDescriptor", descriptor);
}

STAND_IN_API int cudnnSetConvolution2dDescriptor(Convolution* descriptor, int padH, int padW,
                                                 int strideH, int strideW, int dilationH,
                                                 int dilationW, int mode, int computeType) {
  return answer("cudnnSetConvolution2dDescriptor", [&](Call& call) {
    const int pad[] = {padH, padW}, stride[] = {strideH, strideW},
              dilation[] = {dilationH, dilationW};
    set(call, descriptor, 2, pad, stride, dilation, mode, computeType);
  });
}

STAND_IN_API int cudnnSetConvolutionNdDescriptor(Convolution* descriptor, int rank, const int pad[],
                                                 const int stride[], const int dilation[], int mode,
                                                 int computeType) {
  return answer("cudnnSetConvolutionNdDescriptor", [&](Call& call) {
    set(call, descriptor, rank, call.host("padA", pad), call.host("filterStrideA", stride),
        call.host("dilationA", dilation), mode, computeType);
  });
}

STAND_IN_API int cudnnSetConvolutionGroupCount(Convolution* descriptor, int groups) {
  return answer("cudnnSetConvolutionGroupCount", [&](Call& call) {
    Convolution& c = call.object<Convolution>("convDesc", descriptor);
    call.require(groups > 0, "groupCount must be positive, found %d", groups);
    c.groups = groups;
  });
}

STAND_IN_API int cudnnGetConvolutionGroupCount(Convolution* descriptor, int* groups) {
  return answer("cudnnGetConvolutionGroupCount", [&](Call& call) {
    *call.host("groupCount", groups) = call.object<Convolution>("convDesc", descriptor).groups;
  });
}

STAND_IN_API int cudnnSetConvolutionMathType(Convolution* descriptor, int mathType) {
  return answer("cudnnSetConvolutionMathType", [&](Call& call) {
    Convolution& c = call.object<Convolution>("convDesc", descriptor);
    call.require(mathType >= cudnn::DEFAULT_MATH && mathType <= cudnn::FMA_MATH,
                 "mathType must be 0 to 3, found %d", mathType);
    c.mathType = mathType;
  });
}

STAND_IN_API int cudnnGetConvolutionMathType(Convolution* descriptor, int* mathType) {
  return answer("cudnnGetConvolutionMathType", [&](Call& call) {
    *call.host("mathType", mathType) = call.object<Convolution>("convDesc", descriptor).mathType;
  });
}

STAND_IN_API int cudnnGetConvolutionNdForwardOutputDim(Convolution* descriptor, void* xDesc,
                                                       void* wDesc, int rank, int dim[]) {
  return answer("cudnnGetConvolutionNdForwardOutputDim", [&](Call& call) {
    const Convolution& c = cudnn::convolution(call, descriptor);
    const cudnn::Tensor& x = cudnn::tensor(call, "inputTensorDesc", xDesc);
    const cudnn::Filter& w = cudnn::filter(call, "filterDesc", wDesc);
    call.require(rank == c.rank + 2 && x.rank == rank && w.rank == rank,
                 "nbDims and the ranks of input and filter must be %d, found %d, %d, %d",
                 c.rank + 2, rank, x.rank, w.rank);
    call.require(x.dim[1] == w.dim[1] * c.groups,
                 "an input of %d channels does not fit a filter of %d in %d groups", x.dim[1],
                 w.dim[1], c.groups);
    call.host("tensorOuputDimA", dim);
    dim[0] = x.dim[0];
    dim[1] = w.dim[0];
    for (int d = 0; d < c.rank; d++) {
      dim[d + 2] = c.outputSize(d, x.dim[d + 2], w.dim[d + 2]);
      call.require(dim[d + 2] > 0, "the kernel is larger than the padded input in dimension %d", d);
    }
  });
}

STAND_IN_API int cudnnGetConvolution2dForwardOutputDim(Convolution* descriptor, void* xDesc,
                                                       void* wDesc, int* n, int* c, int* h,
                                                       int* w) {
  int dim[4];
  int status = cudnnGetConvolutionNdForwardOutputDim(descriptor, xDesc, wDesc, 4, dim);
  if (status != 0) return status;
  return answer("cudnnGetConvolution2dForwardOutputDim", [&](Call& call) {
    *call.host("n", n) = dim[0];
    *call.host("c", c) = dim[1];
    *call.host("h", h) = dim[2];
    *call.host("w", w) = dim[3];
  });
}

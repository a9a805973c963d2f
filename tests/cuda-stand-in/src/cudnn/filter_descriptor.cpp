// libcudnn.so.9: descriptors of filters.
#include <algorithm>

#include "tensor.h"

using cudnn::answer;
using cudnn::Call;
using cudnn::Filter;

namespace {

void set(const Call& call, Filter* descriptor, int type, int format, int rank, const int* dim) {
  Filter& f = call.object<Filter>("filterDesc", descriptor);
  call.supports(type == cudnn::FLOAT || type == cudnn::DOUBLE, "data type %d is not emulated",
                type);
  call.supports(format == cudnn::NCHW || format == cudnn::NHWC, "format %d is not emulated",
                format);
  call.require(rank >= 3 && rank <= cudnn::MAX_DIMS, "nbDims must be 3 to 8, found %d", rank);
  Filter next;
  next.type = type;
  next.format = format;
  next.rank = rank;
  for (int d = 0; d < rank; d++) {
    call.require(dim[d] > 0, "dimension %d must be positive, found %d", d, dim[d]);
    next.dim[d] = dim[d];
  }
  f = next;
}

}  // namespace

STAND_IN_API int cudnnCreateFilterDescriptor(Filter** descriptor) {
  return cudnn::create("cudnnCreateFilterDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyFilterDescriptor(Filter* descriptor) {
  return cudnn::destroy("cudnnDestroyFilterDescriptor", descriptor);
}

STAND_IN_API int cudnnSetFilter4dDescriptor(Filter* descriptor, int type, int format, int k, int c,
                                            int h, int w) {
  return answer("cudnnSetFilter4dDescriptor", [&](Call& call) {
    const int dim[] = {k, c, h, w};
    set(call, descriptor, type, format, 4, dim);
  });
}

STAND_IN_API int cudnnSetFilterNdDescriptor(Filter* descriptor, int type, int format, int rank,
                                            const int dim[]) {
  return answer("cudnnSetFilterNdDescriptor", [&](Call& call) {
    set(call, descriptor, type, format, rank, call.host("filterDimA", dim));
  });
}

STAND_IN_API int cudnnGetFilterNdDescriptor(Filter* descriptor, int wanted, int* type, int* format,
                                            int* rank, int dim[]) {
  return answer("cudnnGetFilterNdDescriptor", [&](Call& call) {
    const Filter& f = cudnn::filter(call, "filterDesc", descriptor);
    *call.host("dataType", type) = f.type;
    *call.host("format", format) = f.format;
    *call.host("nbDims", rank) = f.rank;
    int count = std::min(wanted, f.rank);
    if (count > 0) std::copy(f.dim, f.dim + count, call.host("filterDimA", dim));
  });
}

STAND_IN_API int cudnnGetFilterSizeInBytes(Filter* descriptor, size_t* bytes) {
  return answer("cudnnGetFilterSizeInBytes", [&](Call& call) {
    const Filter& f = cudnn::filter(call, "filterDesc", descriptor);
    *call.host("size", bytes) = f.count() * (f.type == cudnn::DOUBLE ? 8 : 4);
  });
}

// libcudnn.so.9: the handle, statuses and versions.
#include "context.h"

#include <atomic>

using cudnn::answer;
using cudnn::Call;
using cudnn::Context;
using stand_in::Registry;

namespace cudnn {

double scalar(const Call& call, const char* what, const void* value, int type) {
  if (type == DOUBLE) return *call.host(what, static_cast<const double*>(value));
  return *call.host(what, static_cast<const float*>(value));
}

bool usesTf32(const Call& call, int mathType, int dataType) {
  if (dataType != FLOAT || mathType == FMA_MATH) return false;
  call.supports(mathType != TENSOR_OP_MATH_ALLOW_CONVERSION,
                "math that rounds floats to half precision");
  // From Ampere on the default math rounds floats to TF32.
  call.supports(
      stand_in::tf32Allowed(),
      "math type %d lets floats be rounded to TF32: set CUDNN_FMA_MATH, or STAND_IN_ALLOW_TF32=1",
      mathType);
  return true;
}

double unsteadyFactor() {
  static std::atomic<unsigned> calls{0};
  return calls++ % 2 == 0 ? 1 : 1 + 0x1p-22;
}

}  // namespace cudnn

STAND_IN_API int cudnnCreate(Context** handle) {
  return answer("cudnnCreate", [&](Call& call) {
    *call.host("handle", handle) = Registry<Context>::of().create();
  });
}

STAND_IN_API int cudnnDestroy(Context* handle) {
  return answer("cudnnDestroy", handle,
                [&](Call&, Context& context) { Registry<Context>::of().destroy(&context); });
}

STAND_IN_API int cudnnSetStream(Context* handle, void* stream) {
  return answer("cudnnSetStream", handle,
                [&](Call&, Context& context) { context.stream = stream; });
}

STAND_IN_API int cudnnGetStream(Context* handle, void** stream) {
  return answer("cudnnGetStream", handle, [&](Call& call, Context& context) {
    *call.host("stream", stream) = context.stream;
  });
}

STAND_IN_API size_t cudnnGetVersion() { return cudnn::VERSION; }

STAND_IN_API size_t cudnnGetCudartVersion() { return 12060; }

STAND_IN_API int cudnnGetProperty(int type, int* value) {
  return answer("cudnnGetProperty", [&](Call& call) {
    call.require(type >= 0 && type <= 2, "type must be 0 (major), 1 (minor) or 2 (patch), found %d",
                 type);
    const int parts[] = {cudnn::VERSION / 10000, cudnn::VERSION / 100 % 100, cudnn::VERSION % 100};
    *call.host("value", value) = parts[type];
  });
}

STAND_IN_API const char* cudnnGetErrorString(int status) {
  switch (status) {
    case cudnn::SUCCESS:
      return "CUDNN_STATUS_SUCCESS";
    case cudnn::NOT_INITIALIZED:
      return "CUDNN_STATUS_NOT_INITIALIZED";
    case cudnn::BAD_PARAM:
      return "CUDNN_STATUS_BAD_PARAM";
    case cudnn::BAD_PARAM_NULL_POINTER:
      return "CUDNN_STATUS_BAD_PARAM_NULL_POINTER";
    case cudnn::NOT_SUPPORTED:
      return "CUDNN_STATUS_NOT_SUPPORTED";
    case cudnn::EXECUTION_FAILED:
      return "CUDNN_STATUS_EXECUTION_FAILED";
    default:
      return "CUDNN_UNKNOWN_STATUS";
  }
}

// libcudnn.so.9: the dropout descriptor, which recurrent networks want even without dropout.
#include "dropout.h"

#include <cstring>

using cudnn::answer;
using cudnn::Call;
using cudnn::Context;
using cudnn::Dropout;

namespace {

constexpr size_t STATE_BYTES = 65536;  // made up: the real size depends on the device

}  // namespace

STAND_IN_API int cudnnCreateDropoutDescriptor(Dropout** descriptor) {
  return cudnn::create("cudnnCreateDropoutDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyDropoutDescriptor(Dropout* descriptor) {
  return cudnn::destroy("cudnnDestroyDropoutDescriptor", descriptor);
}

STAND_IN_API int cudnnDropoutGetStatesSize(Context* handle, size_t* bytes) {
  return answer("cudnnDropoutGetStatesSize", handle,
                [&](Call& call, Context&) { *call.host("sizeInBytes", bytes) = STATE_BYTES; });
}

STAND_IN_API int cudnnSetDropoutDescriptor(Dropout* descriptor, Context* handle, float probability,
                                           void* states, size_t stateBytes,
                                           unsigned long long seed) {
  return answer("cudnnSetDropoutDescriptor", handle, [&](Call& call, Context& context) {
    Dropout& d = call.object<Dropout>("dropoutDesc", descriptor);
    call.require(probability >= 0 && probability <= 1, "dropout must be 0 to 1, found %g",
                 double(probability));
    if (states != nullptr) {
      call.require(stateBytes >= STATE_BYTES, "the states need %zu bytes, found %zu", STATE_BYTES,
                   stateBytes);
      char* data = call.out<char>("states", states, stateBytes);
      call.submit(context.stream, [=]() { std::memset(data, 0, stateBytes); });
    }
    d = {true, probability, states, stateBytes, seed};
  });
}

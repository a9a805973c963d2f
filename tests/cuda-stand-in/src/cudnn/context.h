// What cuDNN knows between calls, and the numbers of its interface.
#pragma once

#include "../library/call.h"

namespace cudnn {

using stand_in::Call;

/** cuDNN 9's numbers: 8 and before had others. */
enum Status {
  SUCCESS = 0,
  NOT_INITIALIZED = 1001,
  BAD_PARAM = 2000,
  BAD_PARAM_NULL_POINTER = 2002,
  NOT_SUPPORTED = 3000,
  EXECUTION_FAILED = 5000,
};

enum DataType { FLOAT = 0, DOUBLE = 1, INT32 = 4 };

enum MathType {
  DEFAULT_MATH = 0,
  TENSOR_OP_MATH = 1,
  TENSOR_OP_MATH_ALLOW_CONVERSION = 2,
  FMA_MATH = 3
};

enum Format { NCHW = 0, NHWC = 1 };

constexpr int VERSION = 90500;
constexpr int MAX_DIMS = 8;

struct Context {
  void* stream = nullptr;
};

template <class Body>
int answer(const char* name, Body body) {
  return stand_in::answer(
      name, {BAD_PARAM, BAD_PARAM_NULL_POINTER, NOT_SUPPORTED, EXECUTION_FAILED}, body);
}

/** As `answer`, for a function of a handle; the body gets the call and the handle's context. */
template <class Body>
int answer(const char* name, const void* handle, Body body) {
  Context* context = stand_in::Registry<Context>::of().find(handle);
  if (context == nullptr) {
    standInSay("%s: handle %p was not created or was destroyed", name, handle);
    return NOT_INITIALIZED;
  }
  return answer(name, [&](Call& call) { body(call, *context); });
}

/** cudnnCreate...Descriptor of any kind. */
template <class T>
int create(const char* name, T** descriptor) {
  return answer(name, [&](Call& call) {
    *call.host("descriptor", descriptor) = stand_in::Registry<T>::of().create();
  });
}

/** cudnnDestroy...Descriptor of any kind. */
template <class T>
int destroy(const char* name, T* descriptor) {
  return answer(name, [&](Call& call) {
    call.object<T>("descriptor", descriptor);
    stand_in::Registry<T>::of().destroy(descriptor);
  });
}

/** Runs the body with a zero of the data type's C++ type. */
template <class Body>
void withType(const Call& call, int type, Body body) {
  call.supports(type == FLOAT || type == DOUBLE, "data type %d is not emulated", type);
  if (type == FLOAT) {
    body(float());
  } else {
    body(double());
  }
}

/** alpha or beta: always in host memory, a double for tensors of doubles, else a float. */
double scalar(const Call& call, const char* what, const void* value, int type);

/** y = alpha value + beta y; with beta 0 the old y is not read. */
template <class T>
void blend(T& y, double alpha, double value, double beta) {
  y = static_cast<T>(alpha * value + (beta == 0 ? 0 : beta * y));
}

/** Whether products of this type under this math type are rounded to TF32; ends the call where that
 * is not allowed. */
bool usesTf32(const Call& call, int mathType, int dataType);

/**
 * A factor near 1 that changes from call to call. Algorithms that are not deterministic multiply by
 * it, so that a caller who promises equal results bit for bit and uses one is found out.
 */
double unsteadyFactor();

}  // namespace cudnn

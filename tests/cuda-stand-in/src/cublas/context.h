// What cuBLAS knows between calls, and the numbers of its interface.
#pragma once

#include "../library/call.h"

namespace cublas {

enum Status {
  SUCCESS = 0,
  NOT_INITIALIZED = 1,
  ALLOC_FAILED = 3,
  INVALID_VALUE = 7,
  ARCH_MISMATCH = 8,
  MAPPING_ERROR = 11,
  EXECUTION_FAILED = 13,
  INTERNAL_ERROR = 14,
  NOT_SUPPORTED = 15,
  LICENSE_ERROR = 16,
};

enum PointerMode { HOST = 0, DEVICE = 1 };

enum MathMode {
  DEFAULT_MATH = 0,
  TENSOR_OP_MATH = 1,
  PEDANTIC_MATH = 2,
  TF32_MATH = 3,
  REDUCTION_FLAG = 16
};

enum ComputeType {
  COMPUTE_32F = 68,
  COMPUTE_32F_PEDANTIC = 69,
  COMPUTE_32F_FAST_TF32 = 77,
  COMPUTE_64F = 70,
  COMPUTE_64F_PEDANTIC = 71,
};

enum DataType { R_32F = 0, R_64F = 1 };

constexpr int VERSION = 120600;

struct Context {
  void* stream = nullptr;
  int pointerMode = HOST;
  int mathMode = DEFAULT_MATH;
  int atomicsMode = 0;
  // Null until the caller gives one: then the library's own, which needs no checks.
  void* workspace = nullptr;
  size_t workspaceBytes = 0;
};

template <class Body>
int answer(const char* name, Body body) {
  return stand_in::answer(name, {INVALID_VALUE, INVALID_VALUE, NOT_SUPPORTED, EXECUTION_FAILED},
                          body);
}

/** As `answer`, for a function of a handle; the body gets the call and the handle's context. */
template <class Body>
int answer(const char* name, const void* handle, Body body) {
  Context* context = stand_in::Registry<Context>::of().find(handle);
  if (context == nullptr) {
    standInSay("%s: handle %p was not created or was destroyed", name, handle);
    return NOT_INITIALIZED;
  }
  return answer(name, [&](stand_in::Call& call) { body(call, *context); });
}

const char* statusName(int status);
const char* statusText(int status);

}  // namespace cublas

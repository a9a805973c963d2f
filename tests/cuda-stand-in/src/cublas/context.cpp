// libcublas.so.12: the handle and its settings.
#include "context.h"

using cublas::answer;
using cublas::Context;
using stand_in::Call;
using stand_in::Registry;

STAND_IN_API int cublasCreate_v2(Context** handle) {
  return answer("cublasCreate", [&](Call& call) {
    *call.host("handle", handle) = Registry<Context>::of().create();
  });
}

STAND_IN_API int cublasDestroy_v2(Context* handle) {
  return answer("cublasDestroy", handle,
                [&](Call&, Context& context) { Registry<Context>::of().destroy(&context); });
}

STAND_IN_API int cublasGetVersion_v2(Context* handle, int* version) {
  return answer("cublasGetVersion", handle,
                [&](Call& call, Context&) { *call.host("version", version) = cublas::VERSION; });
}

STAND_IN_API int cublasGetProperty(int type, int* value) {
  return answer("cublasGetProperty", [&](Call& call) {
    call.require(type >= 0 && type <= 2, "type must be 0 (major), 1 (minor) or 2 (patch), found %d",
                 type);
    const int parts[] = {cublas::VERSION / 10000, cublas::VERSION / 100 % 100,
                         cublas::VERSION % 100};
    *call.host("value", value) = parts[type];
  });
}

STAND_IN_API size_t cublasGetCudartVersion() { return 12060; }

STAND_IN_API const char* cublasGetStatusName(int status) { return cublas::statusName(status); }

STAND_IN_API const char* cublasGetStatusString(int status) { return cublas::statusText(status); }

STAND_IN_API int cublasSetStream_v2(Context* handle, void* stream) {
  return answer("cublasSetStream", handle, [&](Call&, Context& context) {
    context.stream = stream;
    // As the real library does: a workspace must be set again after the stream.
    context.workspace = nullptr;
    context.workspaceBytes = 0;
  });
}

STAND_IN_API int cublasGetStream_v2(Context* handle, void** stream) {
  return answer("cublasGetStream", handle, [&](Call& call, Context& context) {
    *call.host("stream", stream) = context.stream;
  });
}

STAND_IN_API int cublasSetWorkspace_v2(Context* handle, void* workspace, size_t bytes) {
  return answer("cublasSetWorkspace", handle, [&](Call& call, Context& context) {
    call.out<char>("workspace", workspace, bytes);
    call.require(reinterpret_cast<uintptr_t>(workspace) % 256 == 0,
                 "workspace must be aligned to 256 bytes, found %p", workspace);
    context.workspace = workspace;
    context.workspaceBytes = bytes;
  });
}

STAND_IN_API int cublasSetPointerMode_v2(Context* handle, int mode) {
  return answer("cublasSetPointerMode", handle, [&](Call& call, Context& context) {
    call.require(mode == cublas::HOST || mode == cublas::DEVICE, "mode must be 0 or 1, found %d",
                 mode);
    context.pointerMode = mode;
  });
}

STAND_IN_API int cublasGetPointerMode_v2(Context* handle, int* mode) {
  return answer("cublasGetPointerMode", handle, [&](Call& call, Context& context) {
    *call.host("mode", mode) = context.pointerMode;
  });
}

STAND_IN_API int cublasSetAtomicsMode(Context* handle, int mode) {
  return answer("cublasSetAtomicsMode", handle, [&](Call& call, Context& context) {
    call.require(mode == 0 || mode == 1, "mode must be 0 or 1, found %d", mode);
    context.atomicsMode = mode;
  });
}

STAND_IN_API int cublasGetAtomicsMode(Context* handle, int* mode) {
  return answer("cublasGetAtomicsMode", handle, [&](Call& call, Context& context) {
    *call.host("mode", mode) = context.atomicsMode;
  });
}

STAND_IN_API int cublasSetMathMode(Context* handle, int mode) {
  return answer("cublasSetMathMode", handle, [&](Call& call, Context& context) {
    int kind = mode & ~cublas::REDUCTION_FLAG;
    call.require(kind >= 0 && kind <= cublas::TF32_MATH,
                 "mode must be 0 to 3, perhaps + 16, found %d", mode);
    // The old TENSOR_OP_MATH lets even single precision products round to half precision.
    call.supports(kind != cublas::TENSOR_OP_MATH,
                  "CUBLAS_TENSOR_OP_MATH rounds floats to half precision");
    call.require(kind != cublas::TF32_MATH || stand_in::tf32Allowed(),
                 "CUBLAS_TF32_TENSOR_OP_MATH without STAND_IN_ALLOW_TF32=1");
    context.mathMode = mode;
  });
}

STAND_IN_API int cublasGetMathMode(Context* handle, int* mode) {
  return answer("cublasGetMathMode", handle,
                [&](Call& call, Context& context) { *call.host("mode", mode) = context.mathMode; });
}

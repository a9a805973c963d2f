#include "context.h"

namespace cublas {

const char* statusName(int status) {
  switch (status) {
    case SUCCESS:
      return "CUBLAS_STATUS_SUCCESS";
    case NOT_INITIALIZED:
      return "CUBLAS_STATUS_NOT_INITIALIZED";
    case ALLOC_FAILED:
      return "CUBLAS_STATUS_ALLOC_FAILED";
    case INVALID_VALUE:
      return "CUBLAS_STATUS_INVALID_VALUE";
    case ARCH_MISMATCH:
      return "CUBLAS_STATUS_ARCH_MISMATCH";
    case MAPPING_ERROR:
      return "CUBLAS_STATUS_MAPPING_ERROR";
    case EXECUTION_FAILED:
      return "CUBLAS_STATUS_EXECUTION_FAILED";
    case INTERNAL_ERROR:
      return "CUBLAS_STATUS_INTERNAL_ERROR";
    case NOT_SUPPORTED:
      return "CUBLAS_STATUS_NOT_SUPPORTED";
    case LICENSE_ERROR:
      return "CUBLAS_STATUS_LICENSE_ERROR";
    default:
      return "unknown status";
  }
}

const char* statusText(int status) {
  switch (status) {
    case SUCCESS:
      return "success";
    case NOT_INITIALIZED:
      return "the library was not initialized";
    case ALLOC_FAILED:
      return "the resource allocation failed";
    case INVALID_VALUE:
      return "an unsupported value or parameter was passed to the function";
    case EXECUTION_FAILED:
      return "the function failed to launch on the GPU";
    case INTERNAL_ERROR:
      return "an internal operation failed";
    case NOT_SUPPORTED:
      return "the functionality requested is not supported";
    default:
      return statusName(status);
  }
}

}  // namespace cublas

#include "cublas_lt.h"

#include <dlfcn.h>

namespace merapi {
namespace {

CublasLt library;
bool opened = false;

std::string lastError() {
  const char* text = dlerror();
  return text != nullptr ? text : "unknown error of the loader";
}

std::string describe(const std::string& call, int status) {
  const char* name = opened ? library.cublasLtGetStatusName(status) : "cuBLASLt was not opened";
  return call + ": " + name + " (" + std::to_string(status) + ")";
}

/** The library stays loaded for as long as the process lives. */
void* load(const std::vector<std::string>& names) {
  std::string reasons;
  for (int ifLoaded : {RTLD_NOLOAD, 0}) {
    for (const std::string& name : names) {
      if (void* found = dlopen(name.c_str(), RTLD_NOW | ifLoaded)) return found;
      if (ifLoaded == 0) reasons += (reasons.empty() ? "" : "; ") + lastError();
    }
  }
  throw std::runtime_error(reasons.empty() ? "no name of cuBLASLt was given" : reasons);
}

template <class Function>
void find(void* from, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(from, name));
  if (function == nullptr) throw std::runtime_error("cuBLASLt: " + lastError());
}

}  // namespace

Failure::Failure(const std::string& call, int status)
    : std::runtime_error(describe(call, status)), status_(status) {}

void CublasLt::open(const std::vector<std::string>& names) {
  void* from = load(names);
  CublasLt found{};
#define FIND(name) find(from, #name, found.name)
  FIND(cublasLtCreate);
  FIND(cublasLtDestroy);
  FIND(cublasLtGetStatusName);
  FIND(cublasLtGetVersion);
  FIND(cublasLtMatrixLayoutCreate);
  FIND(cublasLtMatrixLayoutDestroy);
  FIND(cublasLtMatmulDescCreate);
  FIND(cublasLtMatmulDescDestroy);
  FIND(cublasLtMatmulDescSetAttribute);
  FIND(cublasLtMatmulPreferenceCreate);
  FIND(cublasLtMatmulPreferenceDestroy);
  FIND(cublasLtMatmulPreferenceSetAttribute);
  FIND(cublasLtMatmulAlgoGetHeuristic);
  FIND(cublasLtMatmul);
#undef FIND
  library = found;
  opened = true;
}

const CublasLt& CublasLt::get() {
  if (!opened) throw std::runtime_error("cuBLASLt was not opened");
  return library;
}

void check(const char* call, int status) {
  if (status != SUCCESS) throw Failure(call, status);
}

}  // namespace merapi

// cuBLASLt without its header: the functions that we call, and the numbers of its interface, which are the
// same in CUDA 12 and 13.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace merapi {

/** A call that failed, and the status that it gave. */
class Failure : public std::runtime_error {
 public:
  Failure(const std::string& call, int status);
  int status() const { return status_; }

 private:
  int status_;
};

enum Status { SUCCESS = 0, NOT_SUPPORTED = 15 };

/** cudaDataType. */
enum DataType { R_32F = 0, R_64F = 1 };

/** cublasLtMatmulDescAttributes_t; transpositions are of 4 bytes, the pointer of 8. */
enum MatmulAttribute { TRANS_A = 3, TRANS_B = 4, EPILOGUE = 7, BIAS_POINTER = 8 };

/** cublasLtMatmulPreferenceAttributes_t; the workspace is of 8 bytes, alignments are of 4. */
enum PreferenceAttribute {
  MAX_WORKSPACE_BYTES = 1,
  MIN_ALIGNMENT_A = 5,
  MIN_ALIGNMENT_B = 6,
  MIN_ALIGNMENT_C = 7,
  MIN_ALIGNMENT_D = 8
};

/** cublasLtMatmulAlgo_t: what the library alone understands. */
struct Algorithm {
  uint64_t data[8];
};

/** cublasLtMatmulHeuristicResult_t. */
struct HeuristicResult {
  Algorithm algorithm;
  size_t workspaceBytes;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(HeuristicResult) == 96);

/** The library's functions; descriptors are opaque. */
struct CublasLt {
  int (*cublasLtCreate)(void** handle);
  int (*cublasLtDestroy)(void* handle);
  const char* (*cublasLtGetStatusName)(int status);
  size_t (*cublasLtGetVersion)();
  int (*cublasLtMatrixLayoutCreate)(void** layout, int type, uint64_t rows, uint64_t columns,
                                    int64_t leading);
  int (*cublasLtMatrixLayoutDestroy)(void* layout);
  int (*cublasLtMatmulDescCreate)(void** desc, int computeType, int scaleType);
  int (*cublasLtMatmulDescDestroy)(void* desc);
  int (*cublasLtMatmulDescSetAttribute)(void* desc, int attribute, const void* value, size_t bytes);
  int (*cublasLtMatmulPreferenceCreate)(void** preference);
  int (*cublasLtMatmulPreferenceDestroy)(void* preference);
  int (*cublasLtMatmulPreferenceSetAttribute)(void* preference, int attribute, const void* value,
                                              size_t bytes);
  int (*cublasLtMatmulAlgoGetHeuristic)(void* handle, void* desc, void* a, void* b, void* c,
                                        void* d, void* preference, int wanted,
                                        HeuristicResult* results, int* found);
  int (*cublasLtMatmul)(void* handle, void* desc, const void* alpha, const void* a, void* layoutA,
                        const void* b, void* layoutB, const void* beta, const void* c,
                        void* layoutC, void* d, void* layoutD, const Algorithm* algorithm,
                        void* workspace, size_t workspaceBytes, void* stream);

  /**
   * Finds the library under one of these names, and all its functions: one that is loaded already, which
   * cuBLAS works with, before one that the system's loader knows. Throws std::runtime_error.
   */
  static void open(const std::vector<std::string>& names);

  /** What was opened. */
  static const CublasLt& get();
};

/** Throws a Failure unless the status is success. */
void check(const char* call, int status);

}  // namespace merapi

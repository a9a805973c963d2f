// What cuBLASLt's descriptors hold. Their attributes are read and written by number and size.
#pragma once

#include "context.h"

namespace cublas {

struct LtContext {
  bool alive = true;
};

/** A field that an attribute stands for; null for one that is not emulated. */
struct Field {
  void* at;
  size_t bytes;
};

struct MatrixLayout {
  enum Order { COLUMNS = 0, ROWS = 1 };
  enum Attribute {
    TYPE = 0,
    ORDER = 1,
    ROW_COUNT = 2,
    COLUMN_COUNT = 3,
    LEADING = 4,
    BATCH_COUNT = 5,
    BATCH_STRIDE = 6
  };

  int type = R_32F, order = COLUMNS;
  uint64_t rows = 0, columns = 0;
  int64_t leading = 0;
  int batch = 1;
  int64_t batchStride = 0;

  Field field(int attribute);
  /** Elements of one matrix, gaps included. */
  size_t extent() const;
};

struct MatmulDesc {
  enum Attribute {
    COMPUTE_TYPE = 0,
    SCALE_TYPE = 1,
    POINTER_MODE = 2,
    TRANS_A = 3,
    TRANS_B = 4,
    TRANS_C = 5,
    EPILOGUE = 7,
    BIAS_POINTER = 8,
    BIAS_BATCH_STRIDE = 10,
    BIAS_TYPE = 26,
  };
  /** What is done to the product; the values are bits that add up, such as RELU + BIAS. */
  enum Epilogue { DEFAULT = 1, RELU = 2, BIAS = 4, GELU = 32, BGRADA = 256, BGRADB = 512 };

  int computeType = COMPUTE_32F, scaleType = R_32F, pointerMode = HOST;
  int transA = 0, transB = 0, transC = 0;
  uint32_t epilogue = DEFAULT;
  void* bias = nullptr;
  int64_t biasBatchStride = 0;
  int biasType = -1;  // the type of D

  Field field(int attribute);
};

struct MatmulPreference {
  enum Attribute {
    SEARCH_MODE = 0,
    MAX_WORKSPACE_BYTES = 1,
    REDUCTION_SCHEME_MASK = 3,
    ALIGNMENT_A = 5,
    ALIGNMENT_B = 6,
    ALIGNMENT_C = 7,
    ALIGNMENT_D = 8,
    MAX_WAVES = 9,
  };

  uint32_t searchMode = 0, reductionSchemes = 7;
  uint64_t workspaceBytes = 0;
  // What the caller promises of every pointer: unless told otherwise the heuristics count on 256
  // bytes.
  uint32_t alignment[4] = {256, 256, 256, 256};
  float waves = 0;

  Field field(int attribute);
};

/** cublasLtMatmulAlgo_t: 64 bytes that only the library understands. */
struct MatmulAlgorithm {
  static constexpr uint64_t MAGIC = 0x4d65726170690001;

  uint64_t magic;
  uint64_t workspaceBytes;
  uint32_t computeType, epilogue;
  uint64_t m, n;
  uint32_t alignment[4];
  uint64_t unused;
};
static_assert(sizeof(MatmulAlgorithm) == 64);

/** cublasLtMatmulHeuristicResult_t. */
struct HeuristicResult {
  MatmulAlgorithm algorithm;
  size_t workspaceBytes;
  int state;
  float waves;
  int reserved[4];
};

/** D = epilogue(alpha op(A) op(B) + beta C) with all that was checked about it. */
struct Matmul {
  MatmulDesc desc;
  MatrixLayout a, b, c, d;
  int64_t m, n, k;

  Matmul(const stand_in::Call& call, const void* descriptor, const void* aLayout,
         const void* bLayout, const void* cLayout, const void* dLayout);
  bool has(uint32_t bits) const { return (desc.epilogue & bits) == bits; }
};

}  // namespace cublas

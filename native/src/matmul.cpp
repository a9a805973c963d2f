#include "matmul.h"

#include <algorithm>

namespace merapi {
namespace {

void* pointer(int64_t address) { return reinterpret_cast<void*>(address); }

/** A matrix without gaps, in columns. */
Descriptor layout(const Product& p, int64_t rows, int64_t columns) {
  const CublasLt& lt = CublasLt::get();
  return Descriptor("cublasLtMatrixLayoutCreate", lt.cublasLtMatrixLayoutDestroy,
                    lt.cublasLtMatrixLayoutCreate, int(p.dataType), uint64_t(rows),
                    uint64_t(columns), rows);
}

Descriptor stored(const Product& p, bool transposed, int64_t rows, int64_t columns) {
  return transposed ? layout(p, columns, rows) : layout(p, rows, columns);
}

/** The largest power of two, up to what cuBLASLt looks for, that divides an address. */
uint32_t alignment(int64_t address) {
  constexpr int64_t MOST = 256;
  return uint32_t(address == 0 ? MOST : std::min(MOST, address & -address));
}

}  // namespace

Matmul::Matmul(void* handle, const Product& product)
    : handle_(handle),
      product_(product),
      desc_("cublasLtMatmulDescCreate", CublasLt::get().cublasLtMatmulDescDestroy,
            CublasLt::get().cublasLtMatmulDescCreate, int(product.computeType),
            int(product.dataType)),
      a_(stored(product, product.transposeA != 0, product.m, product.k)),
      b_(stored(product, product.transposeB != 0, product.k, product.n)),
      d_(layout(product, product.m, product.n)) {
  describe();
  choose();
}

void Matmul::describe() {
  auto set = [this](MatmulAttribute attribute, auto value) {
    check("cublasLtMatmulDescSetAttribute", CublasLt::get().cublasLtMatmulDescSetAttribute(
                                                desc_.get(), attribute, &value, sizeof value));
  };
  set(TRANS_A, int32_t(product_.transposeA));
  set(TRANS_B, int32_t(product_.transposeB));
  set(EPILOGUE, uint32_t(product_.epilogue));
  // Before an algorithm is looked for: how the bias is aligned matters there.
  if (product_.bias != 0) set(BIAS_POINTER, pointer(product_.bias));
}

void Matmul::choose() {
  const CublasLt& lt = CublasLt::get();
  Descriptor preference("cublasLtMatmulPreferenceCreate", lt.cublasLtMatmulPreferenceDestroy,
                        lt.cublasLtMatmulPreferenceCreate);
  auto set = [&](PreferenceAttribute attribute, auto value) {
    check("cublasLtMatmulPreferenceSetAttribute",
          lt.cublasLtMatmulPreferenceSetAttribute(preference.get(), attribute, &value,
                                                  sizeof value));
  };
  set(MAX_WORKSPACE_BYTES, uint64_t(product_.workspaceBytes));
  set(MIN_ALIGNMENT_A, alignment(product_.a));
  set(MIN_ALIGNMENT_B, alignment(product_.b));
  set(MIN_ALIGNMENT_C, alignment(product_.c != 0 ? product_.c : product_.d));
  set(MIN_ALIGNMENT_D, alignment(product_.d));
  HeuristicResult best{};
  int found = 0;
  check("cublasLtMatmulAlgoGetHeuristic",
        lt.cublasLtMatmulAlgoGetHeuristic(handle_, desc_.get(), a_.get(), b_.get(), d_.get(),
                                          d_.get(), preference.get(), 1, &best, &found));
  if (found == 0) throw Failure("cublasLtMatmulAlgoGetHeuristic found nothing", NOT_SUPPORTED);
  check("the algorithm of cublasLtMatmulAlgoGetHeuristic", best.state);
  algorithm_ = best.algorithm;
  workspaceBytes_ = best.workspaceBytes;
}

void Matmul::run(void* stream) const {
  // Read when the call is made, as the pointer mode is the host's unless told otherwise.
  const double factors64[] = {1, product_.c != 0 ? 1.0 : 0.0};
  const float factors32[] = {1, product_.c != 0 ? 1.0f : 0.0f};
  bool wide = product_.dataType == R_64F;
  const void* alpha = wide ? static_cast<const void*>(factors64) : factors32;
  const void* beta = wide ? static_cast<const void*>(factors64 + 1) : factors32 + 1;
  int64_t c = product_.c != 0 ? product_.c : product_.d;
  check("cublasLtMatmul",
        CublasLt::get().cublasLtMatmul(handle_, desc_.get(), alpha, pointer(product_.a), a_.get(),
                                       pointer(product_.b), b_.get(), beta, pointer(c), d_.get(),
                                       pointer(product_.d), d_.get(), &algorithm_,
                                       pointer(product_.workspace), workspaceBytes_, stream));
}

}  // namespace merapi

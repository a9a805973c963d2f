// libcublas.so.12: matrix products, C = alpha op(A) op(B) + beta C, all column-major.
#include "../library/product.h"
#include "context.h"

using cublas::Context;
using stand_in::Call;
using stand_in::Product;

namespace {

/** The arguments that all products have; a batch is made of products that differ only in their
 * pointers. */
struct Gemm {
  int transA, transB;
  int64_t m, n, k;
  const void *alpha, *beta;
  int64_t lda, ldb, ldc;
  int64_t count;
  int typeA, typeB, typeC;
  int computeType;
};

bool isTf32(const Call& call, const Context& context, const Gemm& g) {
  bool byMode = (context.mathMode & ~cublas::REDUCTION_FLAG) == cublas::TF32_MATH;
  bool tf32 = g.computeType == cublas::COMPUTE_32F_FAST_TF32 ||
              (g.computeType == cublas::COMPUTE_32F && byMode);
  call.require(!tf32 || stand_in::tf32Allowed(), "a product in TF32 without STAND_IN_ALLOW_TF32=1");
  return tf32;
}

void check(const Call& call, const Gemm& g) {
  call.require(g.transA >= 0 && g.transA <= 2, "transa must be 0, 1 or 2, found %d", g.transA);
  call.require(g.transB >= 0 && g.transB <= 2, "transb must be 0, 1 or 2, found %d", g.transB);
  call.require(g.m >= 0 && g.n >= 0 && g.k >= 0,
               "m, n and k must not be negative, found %ld, %ld, %ld", long(g.m), long(g.n),
               long(g.k));
  call.require(g.count >= 0, "batchCount must not be negative, found %ld", long(g.count));
  int64_t rowsA = g.transA ? g.k : g.m, rowsB = g.transB ? g.n : g.k;
  call.require(g.lda >= std::max<int64_t>(1, rowsA), "lda must be >= %ld, found %ld", long(rowsA),
               long(g.lda));
  call.require(g.ldb >= std::max<int64_t>(1, rowsB), "ldb must be >= %ld, found %ld", long(rowsB),
               long(g.ldb));
  call.require(g.ldc >= std::max<int64_t>(1, g.m), "ldc must be >= %ld, found %ld", long(g.m),
               long(g.ldc));
  bool f32 = g.computeType == cublas::COMPUTE_32F ||
             g.computeType == cublas::COMPUTE_32F_PEDANTIC ||
             g.computeType == cublas::COMPUTE_32F_FAST_TF32;
  bool f64 = g.computeType == cublas::COMPUTE_64F || g.computeType == cublas::COMPUTE_64F_PEDANTIC;
  int type = f64 ? cublas::R_64F : cublas::R_32F;
  call.supports(f32 || f64, "compute type %d is not emulated", g.computeType);
  call.supports(g.typeA == type && g.typeB == type && g.typeC == type,
                "data types %d, %d, %d with compute type %d are not emulated", g.typeA, g.typeB,
                g.typeC, g.computeType);
}

/** Where alpha and beta lie: in host memory they are copied at the call, in device memory read by
 * the work. */
template <class T>
struct Scalars {
  T alpha = 0, beta = 0;
  const T *deviceAlpha = nullptr, *deviceBeta = nullptr;

  Scalars(Call& call, const Context& context, const Gemm& g) {
    if (context.pointerMode == cublas::DEVICE) {
      deviceAlpha = call.in<T>("alpha", g.alpha, 1);
      deviceBeta = call.in<T>("beta", g.beta, 1);
    } else {
      alpha = *call.host("alpha", static_cast<const T*>(g.alpha));
      beta = *call.host("beta", static_cast<const T*>(g.beta));
    }
  }

  void put(Product<T>& product) const {
    product.alpha = deviceAlpha ? *deviceAlpha : alpha;
    product.beta = deviceBeta ? *deviceBeta : beta;
  }
};

template <class T>
Product<T> product(const Gemm& g, bool tf32) {
  Product<T> p;
  p.transA = g.transA != 0;
  p.transB = g.transB != 0;
  p.m = g.m;
  p.n = g.n;
  p.k = g.k;
  p.lda = g.lda;
  p.ldb = g.ldb;
  p.ldc = p.ldd = g.ldc;
  p.tf32 = tf32;
  return p;
}

/** The memory that a workspace of the caller's occupies may be overwritten by every product. */
void touchWorkspace(Call& call, const Context& context) {
  call.out<char>("workspace", context.workspace, context.workspaceBytes);
}

template <class T>
void strided(Call& call, const Context& context, const Gemm& g, const void* a, int64_t strideA,
             const void* b, int64_t strideB, void* c, int64_t strideC) {
  if (g.m == 0 || g.n == 0 || g.count == 0) return;
  Product<T> p = product<T>(g, isTf32(call, context, g));
  Scalars<T> scalars(call, context, g);
  size_t extentC = stand_in::extent(g.m, g.n, g.ldc);
  // Inputs may be the same for the whole batch or overlap; results must not.
  call.require(strideA >= 0 && strideB >= 0, "negative strides of A or B are not emulated");
  call.require(g.count == 1 || strideC >= int64_t(extentC),
               "strideC %ld: matrices of %zu elements overlap", long(strideC), extentC);
  size_t others = static_cast<size_t>(g.count - 1);
  bool product = g.k > 0 && (scalars.deviceAlpha || scalars.alpha != 0);
  if (product) p.a = call.in<T>("A", a, others * strideA + p.extentA());
  if (product) p.b = call.in<T>("B", b, others * strideB + p.extentB());
  p.d = call.out<T>("C", c, (g.count == 1 ? 0 : others * strideC) + extentC);
  touchWorkspace(call, context);
  int64_t count = g.count;
  call.submit(context.stream, [=]() {
    for (int64_t i = 0; i < count; i++) {
      Product<T> one = p;
      scalars.put(one);
      if (one.a) one.a += i * strideA;
      if (one.b) one.b += i * strideB;
      one.d += i * strideC;
      one.c = one.d;
      stand_in::multiply(one);
    }
  });
}

template <class T>
void batched(Call& call, const Context& context, const Gemm& g, const void* const* a,
             const void* const* b, void* const* c) {
  if (g.m == 0 || g.n == 0 || g.count == 0) return;
  Product<T> p = product<T>(g, isTf32(call, context, g));
  Scalars<T> scalars(call, context, g);
  size_t count = static_cast<size_t>(g.count);
  using Pointers = const T*;
  const Pointers* as = call.in<Pointers>("Aarray", a, count);
  const Pointers* bs = call.in<Pointers>("Barray", b, count);
  T* const* cs = call.in<T*>("Carray", c, count);
  touchWorkspace(call, context);
  const char* name = call.name();
  // The pointers lie in device memory: only the work may look at them.
  call.submit(context.stream, [=]() {
    for (size_t i = 0; i < count; i++) {
      Product<T> one = p;
      scalars.put(one);
      one.a = as[i];
      one.b = bs[i];
      one.c = one.d = cs[i];
      bool read = one.k > 0 && one.alpha != 0;
      bool wrong =
          (read && (standInCheckDevice(name, one.a, one.extentA() * sizeof(T)) ||
                    standInCheckDevice(name, one.b, one.extentB() * sizeof(T)))) ||
          standInCheckDevice(name, one.d, stand_in::extent(one.m, one.n, one.ldc) * sizeof(T));
      if (wrong) return int(stand_in::kIllegalAddress);
      stand_in::multiply(one);
    }
    return int(stand_in::kSuccess);
  });
}

int stridedBatch(const char* name, Context* handle, const Gemm& g, const void* a, int64_t strideA,
                 const void* b, int64_t strideB, void* c, int64_t strideC) {
  return cublas::answer(name, handle, [&](Call& call, Context& context) {
    check(call, g);
    auto run = g.typeC == cublas::R_64F ? strided<double> : strided<float>;
    run(call, context, g, a, strideA, b, strideB, c, strideC);
  });
}

int pointerBatch(const char* name, Context* handle, const Gemm& g, const void* const* a,
                 const void* const* b, void* const* c) {
  return cublas::answer(name, handle, [&](Call& call, Context& context) {
    check(call, g);
    auto run = g.typeC == cublas::R_64F ? batched<double> : batched<float>;
    run(call, context, g, a, b, c);
  });
}

constexpr int F32 = cublas::R_32F, F64 = cublas::R_64F;

}  // namespace

STAND_IN_API int cublasSgemm_v2(Context* handle, int transA, int transB, int m, int n, int k,
                                const float* alpha, const float* a, int lda, const float* b,
                                int ldb, const float* beta, float* c, int ldc) {
  Gemm g{
      transA, transB, m, n, k, alpha, beta, lda, ldb, ldc, 1, F32, F32, F32, cublas::COMPUTE_32F};
  return stridedBatch("cublasSgemm", handle, g, a, 0, b, 0, c, 0);
}

STAND_IN_API int cublasDgemm_v2(Context* handle, int transA, int transB, int m, int n, int k,
                                const double* alpha, const double* a, int lda, const double* b,
                                int ldb, const double* beta, double* c, int ldc) {
  Gemm g{
      transA, transB, m, n, k, alpha, beta, lda, ldb, ldc, 1, F64, F64, F64, cublas::COMPUTE_64F};
  return stridedBatch("cublasDgemm", handle, g, a, 0, b, 0, c, 0);
}

STAND_IN_API int cublasSgemmStridedBatched(Context* handle, int transA, int transB, int m, int n,
                                           int k, const float* alpha, const float* a, int lda,
                                           long long strideA, const float* b, int ldb,
                                           long long strideB, const float* beta, float* c, int ldc,
                                           long long strideC, int count) {
  Gemm g{transA, transB, m,   n,   k,
         alpha,  beta,   lda, ldb, ldc,
         count,  F32,    F32, F32, cublas::COMPUTE_32F};
  return stridedBatch("cublasSgemmStridedBatched", handle, g, a, strideA, b, strideB, c, strideC);
}

STAND_IN_API int cublasSgemmBatched(Context* handle, int transA, int transB, int m, int n, int k,
                                    const float* alpha, const float* const a[], int lda,
                                    const float* const b[], int ldb, const float* beta,
                                    float* const c[], int ldc, int count) {
  Gemm g{transA, transB, m,   n,   k,
         alpha,  beta,   lda, ldb, ldc,
         count,  F32,    F32, F32, cublas::COMPUTE_32F};
  return pointerBatch("cublasSgemmBatched", handle, g, reinterpret_cast<const void* const*>(a),
                      reinterpret_cast<const void* const*>(b), reinterpret_cast<void* const*>(c));
}

// The algorithm is a hint since tensor cores choose for themselves: any value is taken.

STAND_IN_API int cublasGemmEx(Context* handle, int transA, int transB, int m, int n, int k,
                              const void* alpha, const void* a, int typeA, int lda, const void* b,
                              int typeB, int ldb, const void* beta, void* c, int typeC, int ldc,
                              int computeType, int /*algo*/) {
  Gemm g{transA, transB, m, n, k, alpha, beta, lda, ldb, ldc, 1, typeA, typeB, typeC, computeType};
  return stridedBatch("cublasGemmEx", handle, g, a, 0, b, 0, c, 0);
}

STAND_IN_API int cublasGemmStridedBatchedEx(Context* handle, int transA, int transB, int m, int n,
                                            int k, const void* alpha, const void* a, int typeA,
                                            int lda, long long strideA, const void* b, int typeB,
                                            int ldb, long long strideB, const void* beta, void* c,
                                            int typeC, int ldc, long long strideC, int count,
                                            int computeType, int /*algo*/) {
  Gemm g{transA, transB, m,     n,     k,     alpha, beta,       lda,
         ldb,    ldc,    count, typeA, typeB, typeC, computeType};
  return stridedBatch("cublasGemmStridedBatchedEx", handle, g, a, strideA, b, strideB, c, strideC);
}

STAND_IN_API int cublasGemmBatchedEx(Context* handle, int transA, int transB, int m, int n, int k,
                                     const void* alpha, const void* const a[], int typeA, int lda,
                                     const void* const b[], int typeB, int ldb, const void* beta,
                                     void* const c[], int typeC, int ldc, int count,
                                     int computeType, int /*algo*/) {
  Gemm g{transA, transB, m,     n,     k,     alpha, beta,       lda,
         ldb,    ldc,    count, typeA, typeB, typeC, computeType};
  return pointerBatch("cublasGemmBatchedEx", handle, g, a, b, c);
}

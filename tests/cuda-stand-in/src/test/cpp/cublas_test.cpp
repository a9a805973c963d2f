// Products against values worked out by hand.
#include "eager.h"

extern "C" {
int cublasCreate_v2(void** handle);
int cublasDestroy_v2(void* handle);
int cublasSetPointerMode_v2(void* handle, int mode);
int cublasSetWorkspace_v2(void* handle, void* workspace, size_t bytes);
int cublasSetMathMode(void* handle, int mode);
const char* cublasGetStatusName(int status);
int cublasSgemm_v2(void*, int, int, int, int, int, const float*, const float*, int, const float*,
                   int, const float*, float*, int);
int cublasGemmEx(void*, int, int, int, int, int, const void*, const void*, int, int, const void*,
                 int, int, const void*, void*, int, int, int, int);
int cublasGemmStridedBatchedEx(void*, int, int, int, int, int, const void*, const void*, int, int,
                               long long, const void*, int, int, long long, const void*, void*, int,
                               int, long long, int, int, int);
int cublasGemmBatchedEx(void*, int, int, int, int, int, const void*, const void* const*, int, int,
                        const void* const*, int, int, const void*, void* const*, int, int, int, int,
                        int);
}

constexpr int COMPUTE_32F = 68, PEDANTIC = 69, FAST_TF32 = 77, COMPUTE_64F = 70;
constexpr int INVALID = 7, UNSUPPORTED = 15;
constexpr float ONE = 1, ZERO = 0, TWO = 2;

// A = [1 2 3; 4 5 6], B = [7 8; 9 10; 11 12]: A B = [58 64; 139 154]
void everyTransposition(void* h) {
  Floats a{1, 4, 2, 5, 3, 6}, aT{1, 2, 3, 4, 5, 6}, b{7, 9, 11, 8, 10, 12}, bT{7, 8, 9, 10, 11, 12};
  for (int tA = 0; tA < 2; tA++) {
    for (int tB = 0; tB < 2; tB++) {
      Floats c(4);
      const float* x = tA ? aT.get() : a.get();
      const float* y = tB ? bT.get() : b.get();
      EXPECT(cublasSgemm_v2(h, tA, tB, 2, 2, 3, &ONE, x, tA ? 3 : 2, y, tB ? 2 : 3, &ZERO, c.get(),
                            2) == 0);
      EXPECT_VALUES(c, {58, 139, 64, 154});
    }
  }
}

void leadingDimensionsAndBeta(void* h) {
  // 2 x 2 matrices in columns of 3: what lies between stays as it is
  Floats a{1, 3, 99, 2, 4, 99}, b{1, 0, 99, 0, 1, 99}, c{10, 20, 5, 30, 40, 6};
  EXPECT(cublasSgemm_v2(h, 0, 0, 2, 2, 2, &TWO, a.get(), 3, b.get(), 3, &ONE, c.get(), 3) == 0);
  EXPECT_VALUES(c, {12, 26, 5, 34, 48, 6});
  // k = 0 scales; a factor that is not needed may be null
  EXPECT(cublasSgemm_v2(h, 0, 0, 2, 2, 0, &ONE, nullptr, 2, nullptr, 2, &TWO, c.get(), 3) == 0);
  EXPECT_VALUES(c, {24, 52, 5, 68, 96, 6});
}

void pointersOnTheDevice(void* h) {
  Floats alpha{2}, beta{0}, a{3}, b{5}, c(1);
  EXPECT(cublasSetPointerMode_v2(h, 1) == 0);
  EXPECT(cublasGemmEx(h, 0, 0, 1, 1, 1, alpha.get(), a.get(), 0, 1, b.get(), 0, 1, beta.get(),
                      c.get(), 0, 1, PEDANTIC, -1) == 0);
  EXPECT_VALUES(c, {30});
  EXPECT(cublasGemmEx(h, 0, 0, 1, 1, 1, &ONE, a.get(), 0, 1, b.get(), 0, 1, &ZERO, c.get(), 0, 1,
                      COMPUTE_32F, -1) == INVALID);
  EXPECT(cublasSetPointerMode_v2(h, 0) == 0);
  EXPECT(cublasGemmEx(h, 0, 0, 1, 1, 1, alpha.get(), a.get(), 0, 1, b.get(), 0, 1, &ZERO, c.get(),
                      0, 1, COMPUTE_32F, -1) == INVALID);
}

void batches(void* h) {
  // row vectors [1 2] and [3 4] by one shared column [10; 100]
  Floats a{1, 2, 3, 4}, b{10, 100}, c(2);
  EXPECT(cublasGemmStridedBatchedEx(h, 0, 0, 1, 1, 2, &ONE, a.get(), 0, 1, 2, b.get(), 0, 2, 0,
                                    &ZERO, c.get(), 0, 1, 1, 2, COMPUTE_32F, -1) == 0);
  EXPECT_VALUES(c, {210, 430});
  Device<const float*> as{a.get() + 2, a.get()}, bs{b.get(), b.get()};
  Device<float*> cs{c.get(), c.get() + 1};
  auto batched = [&](int k) {
    return cublasGemmBatchedEx(h, 0, 0, 1, 1, k, &ONE,
                               reinterpret_cast<const void* const*>(as.get()), 0, 1,
                               reinterpret_cast<const void* const*>(bs.get()), 0, k, &ZERO,
                               reinterpret_cast<void* const*>(cs.get()), 0, 1, 2, COMPUTE_32F, -1);
  };
  EXPECT(batched(2) == 0);
  EXPECT_VALUES(c, {430, 210});
  EXPECT(batched(3) == 13);  // a matrix leaves its allocation: found when the work runs
}

void doubles(void* h) {
  double one = 1, zero = 0;
  Device<double> a{1, 1e-12}, b{1, 1}, c(1);
  EXPECT(cublasGemmEx(h, 1, 0, 1, 1, 2, &one, a.get(), 1, 2, b.get(), 1, 2, &zero, c.get(), 1, 1,
                      COMPUTE_64F, -1) == 0);
  EXPECT(c[0] == 1 + 1e-12);
}

void wrongArguments(void* h) {
  Floats a(6), b(6), c(4);
  auto gemm = [&](int m, int n, int k, const float* x, int lda, float* z, int ldc, int type) {
    return cublasGemmEx(h, 0, 0, m, n, k, &ONE, x, 0, lda, b.get(), 0, 3, &ZERO, z, 0, ldc, type,
                        -1);
  };
  EXPECT(gemm(2, 2, 3, a.get(), 2, c.get(), 2, COMPUTE_32F) == 0);
  EXPECT(gemm(-1, 2, 3, a.get(), 2, c.get(), 2, COMPUTE_32F) == INVALID);
  EXPECT(gemm(2, 2, 3, a.get(), 1, c.get(), 2, COMPUTE_32F) == INVALID);
  EXPECT(gemm(2, 2, 3, a.get(), 2, c.get(), 1, COMPUTE_32F) == INVALID);
  EXPECT(gemm(2, 2, 3, nullptr, 2, c.get(), 2, COMPUTE_32F) == INVALID);
  EXPECT(gemm(2, 2, 3, a.get() + 1, 2, c.get(), 2, COMPUTE_32F) == INVALID);  // one past its end
  EXPECT(gemm(2, 2, 3, a.get(), 2, a.get() + 2, 2, COMPUTE_32F) == INVALID);  // C over A
  EXPECT(gemm(2, 2, 3, a.get(), 2, c.get(), 2, 64) == UNSUPPORTED);
  EXPECT(gemm(2, 2, 3, a.get(), 2, c.get(), 2, COMPUTE_64F) == UNSUPPORTED);
  EXPECT(cublasSetWorkspace_v2(h, a.get(), 25) == INVALID);
  EXPECT(cublasSetPointerMode_v2(nullptr, 0) == 1);
}

void tf32OnlyWhereAllowed(void* h) {
  // 1 + 2^-12 needs more than TF32's 10 bits
  Floats a{1 + 1.0f / 4096}, b{1}, c(1);
  auto gemm = [&](int type) {
    return cublasGemmEx(h, 0, 0, 1, 1, 1, &ONE, a.get(), 0, 1, b.get(), 0, 1, &ZERO, c.get(), 0, 1,
                        type, -1);
  };
  EXPECT(gemm(FAST_TF32) == INVALID);
  EXPECT(cublasSetMathMode(h, 3) == INVALID);
  setenv("STAND_IN_ALLOW_TF32", "1", 1);
  EXPECT(gemm(FAST_TF32) == 0);
  EXPECT(c[0] == 1);
  EXPECT(cublasSetMathMode(h, 3) == 0 && gemm(COMPUTE_32F) == 0);
  EXPECT(c[0] == 1);
  EXPECT(gemm(PEDANTIC) == 0);
  EXPECT(c[0] == a[0]);
  EXPECT(cublasSetMathMode(h, 0) == 0);
}

int main() {
  void* h;
  EXPECT(cublasCreate_v2(&h) == 0);
  everyTransposition(h);
  leadingDimensionsAndBeta(h);
  pointersOnTheDevice(h);
  batches(h);
  doubles(h);
  wrongArguments(h);
  tf32OnlyWhereAllowed(h);
  EXPECT(cublasDestroy_v2(h) == 0);
  EXPECT(cublasDestroy_v2(h) == 1);
  return result("cublas");
}

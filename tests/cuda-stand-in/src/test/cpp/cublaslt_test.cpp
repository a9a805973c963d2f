// cuBLASLt's products with their epilogues, against values worked out by hand.
#include <cstdint>

#include "eager.h"

extern "C" {
int cublasLtCreate(void**);
int cublasLtDestroy(void*);
int cublasLtMatrixLayoutCreate(void**, int type, uint64_t rows, uint64_t columns, int64_t leading);
int cublasLtMatrixLayoutDestroy(void*);
int cublasLtMatrixLayoutSetAttribute(void*, int, const void*, size_t);
int cublasLtMatmulDescCreate(void**, int computeType, int scaleType);
int cublasLtMatmulDescDestroy(void*);
int cublasLtMatmulDescSetAttribute(void*, int, const void*, size_t);
int cublasLtMatmulDescGetAttribute(void*, int, void*, size_t, size_t*);
int cublasLtMatmulPreferenceCreate(void**);
int cublasLtMatmulPreferenceDestroy(void*);
int cublasLtMatmulPreferenceSetAttribute(void*, int, const void*, size_t);
int cublasLtMatmulAlgoGetHeuristic(void*, void*, void*, void*, void*, void*, void*, int, void*,
                                   int*);
int cublasLtMatmul(void*, void*, const void*, const void*, void*, const void*, void*, const void*,
                   const void*, void*, void*, void*, const void*, void*, size_t, void*);
}

constexpr int COMPUTE_32F = 68, FAST_TF32 = 77, F32 = 0, INVALID = 7, UNSUPPORTED = 15;
constexpr int TRANS_A = 3, TRANS_B = 4, EPILOGUE = 7, BIAS_POINTER = 8;  // of a product
constexpr int ORDER = 1, BATCH_COUNT = 5, BATCH_STRIDE = 6;              // of a layout
constexpr int MAX_WORKSPACE_BYTES = 1, MIN_ALIGNMENT_A_BYTES = 5;        // of a preference
constexpr uint32_t DEFAULT = 1, RELU = 2, BIAS = 4, RELU_BIAS = 6, GELU_BIAS = 36, BGRADA = 256,
                   BGRADB = 512;

/** cublasLtMatmulHeuristicResult_t. */
struct Heuristic {
  uint64_t algorithm[8];
  size_t workspaceBytes;
  int state;
  float waves;
  int reserved[4];
};

struct Layout {
  void* address = nullptr;
  Layout(uint64_t rows, uint64_t columns, int64_t leading) {
    EXPECT(cublasLtMatrixLayoutCreate(&address, F32, rows, columns, leading) == 0);
  }
  ~Layout() { EXPECT(cublasLtMatrixLayoutDestroy(address) == 0); }
  template <class T>
  void set(int attribute, T value) {
    EXPECT(cublasLtMatrixLayoutSetAttribute(address, attribute, &value, sizeof value) == 0);
  }
};

/** D = A B for A = [1 2 3; 4 5 6] and B = [7 8; 9 10; 11 12]: [58 64; 139 154]. */
struct Fixture {
  void* h;
  void* desc = nullptr;
  Floats a{1, 4, 2, 5, 3, 6}, b{7, 9, 11, 8, 10, 12}, d{-1, -1, -1, -1};
  Layout la{2, 3, 2}, lb{3, 2, 3}, ld{2, 2, 2};
  float alpha = 1, beta = 0;

  explicit Fixture(void* handle) : h(handle) {
    EXPECT(cublasLtMatmulDescCreate(&desc, COMPUTE_32F, F32) == 0);
  }
  ~Fixture() { EXPECT(cublasLtMatmulDescDestroy(desc) == 0); }

  template <class T>
  int set(int attribute, T value) {
    return cublasLtMatmulDescSetAttribute(desc, attribute, &value, sizeof value);
  }
  int run(const void* algorithm = nullptr, void* workspace = nullptr, size_t bytes = 0) {
    return cublasLtMatmul(h, desc, &alpha, a.get(), la.address, b.get(), lb.address, &beta, d.get(),
                          ld.address, d.get(), ld.address, algorithm, workspace, bytes, nullptr);
  }
};

void products(void* h) {
  Fixture f(h);
  EXPECT(f.run() == 0);
  EXPECT_VALUES(f.d, {58, 139, 64, 154});
  f.beta = 2;
  f.alpha = 0.5;
  EXPECT(f.run() == 0);
  EXPECT_VALUES(f.d, {29 + 116, 69.5 + 278, 32 + 128, 77 + 308});

  // the same numbers seen as rows are the transposed matrices: [1 4; 2 5; 3 6] and [7 9 11; 8 10
  // 12]
  Fixture rows(h);
  Layout a(3, 2, 2), b(2, 3, 3), d(3, 3, 3);
  for (Layout* l : {&a, &b, &d}) l->set(ORDER, 1);
  Floats out(9);
  auto run = [&](Layout& x, Layout& y, Layout& z) {
    return cublasLtMatmul(h, rows.desc, &rows.alpha, rows.a.get(), x.address, rows.b.get(),
                          y.address, &rows.beta, nullptr, z.address, out.get(), z.address, nullptr,
                          nullptr, 0, nullptr);
  };
  EXPECT(run(a, b, d) == 0);
  EXPECT_VALUES(out, {39, 49, 59, 54, 68, 82, 69, 87, 105});
  EXPECT(run(rows.la, rows.lb, d) == INVALID);  // D is 2 x 2

  // op(A) = A', op(B) = B': 3 x 2 by 2 x 3, with D in columns and C without being read
  Layout columns(3, 3, 3);
  EXPECT(rows.set(TRANS_A, 1) == 0 && rows.set(TRANS_B, 1) == 0);
  EXPECT(run(rows.la, rows.lb, columns) == 0);
  EXPECT_VALUES(out, {39, 54, 69, 49, 68, 87, 59, 82, 105});
}

void epilogues(void* h) {
  Fixture f(h);
  Floats bias{-60, 1};
  EXPECT(f.set(EPILOGUE, BIAS) == 0);
  EXPECT(f.run() == INVALID);  // no bias yet
  EXPECT(f.set(BIAS_POINTER, bias.get()) == 0);
  EXPECT(f.run() == 0);
  EXPECT_VALUES(f.d, {-2, 140, 4, 155});
  EXPECT(f.set(EPILOGUE, RELU_BIAS) == 0);
  EXPECT(f.run() == 0);
  EXPECT_VALUES(f.d, {0, 140, 4, 155});
  f.alpha = 0;
  bias[1] = 1;
  bias[0] = -1;
  EXPECT(f.set(EPILOGUE, GELU_BIAS) == 0);
  EXPECT(f.run() == 0);
  // PyTorch: gelu(tensor([-1., 1.]), approximate='tanh')
  EXPECT_VALUES(f.d, {-0.158808, 0.841192, -0.158808, 0.841192});
  EXPECT(f.set(EPILOGUE, uint32_t(RELU | 128)) == 0);
  EXPECT(f.run() == UNSUPPORTED);
  EXPECT(f.set(EPILOGUE, uint64_t(1)) == INVALID);  // four bytes are expected
}

void biasGradients(void* h) {
  Fixture f(h);
  Floats sums{0, 0};
  EXPECT(f.set(BIAS_POINTER, sums.get()) == 0 && f.set(EPILOGUE, BGRADA) == 0);
  EXPECT(f.run() == 0);
  EXPECT_VALUES(sums, {6, 15});
  EXPECT_VALUES(f.d, {58, 139, 64, 154});
  EXPECT(f.set(EPILOGUE, BGRADB) == 0);
  EXPECT(f.run() == 0);
  EXPECT_VALUES(sums, {27, 30});
  // a transposed A: stored 3 x 2 in columns
  Layout stored(3, 2, 3);
  Floats x{1, 2, 3, 4, 5, 6};
  EXPECT(f.set(EPILOGUE, BGRADA) == 0 && f.set(TRANS_A, 1) == 0);
  EXPECT(cublasLtMatmul(h, f.desc, &f.alpha, x.get(), stored.address, f.b.get(), f.lb.address,
                        &f.beta, nullptr, f.ld.address, f.d.get(), f.ld.address, nullptr, nullptr,
                        0, nullptr) == 0);
  EXPECT_VALUES(sums, {6, 15});
  EXPECT_VALUES(f.d, {58, 139, 64, 154});
}

void batches(void* h) {
  Fixture f(h);
  Layout a(1, 2, 1), b(2, 1, 2), d(1, 1, 1);
  for (Layout* l : {&a, &b, &d}) l->set(BATCH_COUNT, 2);
  a.set(BATCH_STRIDE, int64_t(2));  // [1 4] and [2 5]; B stays [7; 9]
  auto run = [&]() {
    return cublasLtMatmul(h, f.desc, &f.alpha, f.a.get(), a.address, f.b.get(), b.address, &f.beta,
                          f.d.get(), d.address, f.d.get(), d.address, nullptr, nullptr, 0, nullptr);
  };
  EXPECT(run() == INVALID);  // the results would overlap
  d.set(BATCH_STRIDE, int64_t(3));
  EXPECT(run() == 0);
  EXPECT_VALUES(f.d, {43, -1, -1, 59});
}

void heuristics(void* h) {
  Fixture f(h);
  void* preference;
  EXPECT(cublasLtMatmulPreferenceCreate(&preference) == 0);
  Heuristic found[4];
  int count = 0;
  auto search = [&](uint64_t bytes) {
    EXPECT(cublasLtMatmulPreferenceSetAttribute(preference, MAX_WORKSPACE_BYTES, &bytes,
                                                sizeof bytes) == 0);
    return cublasLtMatmulAlgoGetHeuristic(h, f.desc, f.la.address, f.lb.address, f.ld.address,
                                          f.ld.address, preference, 4, found, &count);
  };
  EXPECT(search(0) == 0 && count == 1 && found[0].workspaceBytes == 0);
  EXPECT(f.run(found[0].algorithm) == 0);
  EXPECT(search(1 << 20) == 0 && count == 2 && found[0].workspaceBytes > 0 && found[0].state == 0);
  Device<char> workspace(found[0].workspaceBytes);
  EXPECT(f.run(found[0].algorithm, workspace.get(), workspace.size()) == 0);
  EXPECT_VALUES(f.d, {58, 139, 64, 154});
  EXPECT(f.run(found[0].algorithm, workspace.get(), workspace.size() - 1) == INVALID);
  EXPECT(f.set(EPILOGUE, RELU) == 0);
  EXPECT(f.run(found[0].algorithm, workspace.get(), workspace.size()) ==
         INVALID);  // another product
  EXPECT(f.set(EPILOGUE, DEFAULT) == 0);

  // pointers are as aligned as was promised: 256 bytes unless the caller says less
  Floats big(64 + 6);
  auto shifted = [&]() {
    return cublasLtMatmul(h, f.desc, &f.alpha, big.get() + 1, f.la.address, f.b.get(), f.lb.address,
                          &f.beta, f.d.get(), f.ld.address, f.d.get(), f.ld.address,
                          found[1].algorithm, nullptr, 0, nullptr);
  };
  EXPECT(shifted() == INVALID);
  uint32_t alignment = 4;
  EXPECT(cublasLtMatmulPreferenceSetAttribute(preference, MIN_ALIGNMENT_A_BYTES, &alignment,
                                              sizeof alignment) == 0);
  EXPECT(search(1 << 20) == 0);
  EXPECT(shifted() == 0);
  EXPECT(cublasLtMatmulPreferenceDestroy(preference) == 0);
}

void tf32(void* h) {
  Fixture f(h);
  EXPECT(f.set(0, FAST_TF32) == 0);
  EXPECT(f.run() == INVALID);
  setenv("STAND_IN_ALLOW_TF32", "1", 1);
  EXPECT(f.run() == 0);
}

int main() {
  void* h;
  EXPECT(cublasLtCreate(&h) == 0);
  products(h);
  epilogues(h);
  biasGradients(h);
  batches(h);
  heuristics(h);
  tf32(h);
  EXPECT(cublasLtDestroy(h) == 0);
  return result("cublaslt");
}

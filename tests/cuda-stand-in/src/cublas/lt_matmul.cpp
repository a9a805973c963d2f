// libcublasLt.so.12: matrix products with what is done to them afterwards.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "../library/product.h"
#include "lt.h"

using cublas::answer;
using cublas::HeuristicResult;
using cublas::LtContext;
using cublas::Matmul;
using cublas::MatmulAlgorithm;
using cublas::MatmulDesc;
using cublas::MatrixLayout;
using stand_in::Call;
using stand_in::Product;

namespace cublas {

namespace {

MatrixLayout layout(const Call& call, const char* what, const void* descriptor, int type) {
  const MatrixLayout& m = call.object<MatrixLayout>(what, descriptor);
  call.supports(m.type == type, "%s must have data type %d, found %d", what, type, m.type);
  call.supports(m.order == MatrixLayout::COLUMNS || m.order == MatrixLayout::ROWS,
                "order %d of %s is not emulated", m.order, what);
  int64_t least = int64_t(m.order == MatrixLayout::COLUMNS ? m.rows : m.columns);
  call.require(m.leading >= least, "the leading dimension of %s must be at least %ld, found %ld",
               what, long(least), long(m.leading));
  call.require(m.batch >= 1, "the batch count of %s must be positive, found %d", what, m.batch);
  return m;
}

void checkEpilogue(const Call& call, const Matmul& p) {
  const uint32_t known[] = {MatmulDesc::DEFAULT, MatmulDesc::RELU,
                            MatmulDesc::BIAS,    MatmulDesc::RELU | MatmulDesc::BIAS,
                            MatmulDesc::GELU,    MatmulDesc::GELU | MatmulDesc::BIAS,
                            MatmulDesc::BGRADA,  MatmulDesc::BGRADB};
  bool found = std::find(std::begin(known), std::end(known), p.desc.epilogue) != std::end(known);
  call.supports(found, "epilogue %u is not emulated", p.desc.epilogue);
  if (p.desc.epilogue == MatmulDesc::DEFAULT) return;
  call.supports(p.d.order == MatrixLayout::COLUMNS, "an epilogue needs D in columns");
  call.supports(p.desc.biasType == -1 || p.desc.biasType == p.d.type,
                "bias of type %d with D of type %d", p.desc.biasType, p.d.type);
}

}  // namespace

Matmul::Matmul(const Call& call, const void* descriptor, const void* aLayout, const void* bLayout,
               const void* cLayout, const void* dLayout)
    : desc(call.object<MatmulDesc>("computeDesc", descriptor)) {
  bool f64 = desc.computeType == COMPUTE_64F || desc.computeType == COMPUTE_64F_PEDANTIC;
  bool tf32 = desc.computeType == COMPUTE_32F_FAST_TF32;
  bool f32 = desc.computeType == COMPUTE_32F || desc.computeType == COMPUTE_32F_PEDANTIC || tf32;
  int type = f64 ? R_64F : R_32F;
  call.supports(f64 || f32, "compute type %d is not emulated", desc.computeType);
  call.supports(desc.scaleType == type, "scale type %d with compute type %d", desc.scaleType,
                desc.computeType);
  call.require(!tf32 || stand_in::tf32Allowed(), "a product in TF32 without STAND_IN_ALLOW_TF32=1");
  call.supports(desc.pointerMode == HOST || desc.pointerMode == DEVICE, "pointer mode %d",
                desc.pointerMode);
  call.supports(desc.transC == 0, "a transposed C");
  call.require(desc.transA >= 0 && desc.transA <= 2 && desc.transB >= 0 && desc.transB <= 2,
               "transpositions must be 0, 1 or 2, found %d and %d", desc.transA, desc.transB);
  a = layout(call, "Adesc", aLayout, type);
  b = layout(call, "Bdesc", bLayout, type);
  c = layout(call, "Cdesc", cLayout, type);
  d = layout(call, "Ddesc", dLayout, type);
  m = int64_t(d.rows);
  n = int64_t(d.columns);
  k = int64_t(desc.transA ? a.rows : a.columns);
  int64_t aRows = int64_t(desc.transA ? a.columns : a.rows),
          bRows = int64_t(desc.transB ? b.columns : b.rows);
  int64_t bColumns = int64_t(desc.transB ? b.rows : b.columns);
  call.require(aRows == m && bRows == k && bColumns == n,
               "op(A) is %ld x %ld and op(B) %ld x %ld, which does not give D of %ld x %ld",
               long(aRows), long(k), long(bRows), long(bColumns), long(m), long(n));
  call.require(c.rows == d.rows && c.columns == d.columns && c.order == d.order,
               "C and D must have one shape");
  call.require(a.batch == d.batch && b.batch == d.batch && c.batch == d.batch,
               "batch counts must be equal, found %d, %d, %d, %d", a.batch, b.batch, c.batch,
               d.batch);
  call.require(d.batch == 1 || d.batchStride >= int64_t(d.extent()), "the matrices of D overlap");
  checkEpilogue(call, *this);
}

}  // namespace cublas

namespace {

constexpr uint64_t WORKSPACE_BYTES = 65536;  // made up: one algorithm wants some, the other none

/** The tanh approximation, which cuBLASLt uses. */
double gelu(double x) {
  return 0.5 * x * (1 + std::tanh(std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
}

/** The manual says max(x, 0), and nothing of NaN. */
double relu(double x) {
  bool keptNan = std::isnan(x) && !standInHidesNan();
  return x > 0 || keptNan ? x : 0;
}

double finished(const Matmul& p, double value, double bias) {
  if (p.has(MatmulDesc::BIAS)) value += bias;
  if (p.has(MatmulDesc::RELU)) value = relu(value);
  if (p.has(MatmulDesc::GELU)) value = gelu(value);
  return value;
}

/** One matrix of a batch as a product of matrices in columns: one in rows is its transposed in
 * columns. */
template <class T>
Product<T> inColumns(const Matmul& p, double alpha, double beta, const T* a, const T* b, const T* c,
                     T* d) {
  bool transA = (p.desc.transA != 0) != (p.a.order == MatrixLayout::ROWS);
  bool transB = (p.desc.transB != 0) != (p.b.order == MatrixLayout::ROWS);
  bool tf32 = p.desc.computeType == cublas::COMPUTE_32F_FAST_TF32;
  if (p.d.order == MatrixLayout::ROWS) {
    return {!transB,     !transA, p.n,         p.m, p.k,         alpha, beta,        b,
            p.b.leading, a,       p.a.leading, c,   p.c.leading, d,     p.d.leading, tf32};
  }
  return {transA,      transB, p.m,         p.n, p.k,         alpha, beta,        a,
          p.a.leading, b,      p.b.leading, c,   p.c.leading, d,     p.d.leading, tf32};
}

/** The gradient of a bias: the sums of op(A)'s rows or of op(B)'s columns over k. */
template <class T>
void biasGradient(const Matmul& p, const T* a, const T* b, T* bias) {
  bool ofA = p.has(MatmulDesc::BGRADA);
  const MatrixLayout& l = ofA ? p.a : p.b;
  const T* data = ofA ? a : b;
  // Along k an element of op(A) moves by a column, one of op(B) by a row, unless they are
  // transposed.
  bool alongColumns = ofA ? p.desc.transA == 0 : p.desc.transB != 0;
  int64_t rowStep = l.order == MatrixLayout::COLUMNS ? 1 : l.leading;
  int64_t columnStep = l.order == MatrixLayout::COLUMNS ? l.leading : 1;
  int64_t step = alongColumns ? columnStep : rowStep, other = alongColumns ? rowStep : columnStep;
  for (int64_t i = 0; i < (ofA ? p.m : p.n); i++) {
    double sum = 0;
    for (int64_t q = 0; q < p.k; q++) sum += data[i * other + q * step];
    bias[i] = static_cast<T>(sum);
  }
}

size_t batchExtent(const MatrixLayout& l) {
  return size_t(l.batch - 1) * size_t(l.batchStride) + l.extent();
}

/** The memory of a product, and the work. */
template <class T>
void submit(Call& call, const Matmul& p, const void* alpha, const void* a, const void* b,
            const void* beta, const void* c, void* d, void* workspace, size_t workspaceBytes,
            void* stream) {
  bool onDevice = p.desc.pointerMode == cublas::DEVICE;
  T alphaHost = 0, betaHost = 0;
  const T *alphaDevice = nullptr, *betaDevice = nullptr;
  if (onDevice) {
    alphaDevice = call.in<T>("alpha", alpha, 1);
    betaDevice = call.in<T>("beta", beta, 1);
  } else {
    alphaHost = *call.host("alpha", static_cast<const T*>(alpha));
    betaHost = *call.host("beta", static_cast<const T*>(beta));
  }
  const T* dataA = call.in<T>("A", a, batchExtent(p.a));
  const T* dataB = call.in<T>("B", b, batchExtent(p.b));
  bool readsC = onDevice || betaHost != 0;
  bool samePlace = c == d && p.c.leading == p.d.leading && p.c.batchStride == p.d.batchStride;
  const T* dataC = readsC ? call.in<T>("C", c, batchExtent(p.c)) : nullptr;
  if (samePlace) call.allowInPlace();
  call.require(a != d && b != d, "D must not be A or B");
  T* dataD = call.out<T>("D", d, batchExtent(p.d));
  bool gradient = p.has(MatmulDesc::BGRADA) || p.has(MatmulDesc::BGRADB),
       bias = p.has(MatmulDesc::BIAS);
  size_t biasCount = size_t(p.has(MatmulDesc::BGRADB) ? p.n : p.m);
  size_t biases = size_t(p.d.batch - 1) * size_t(p.desc.biasBatchStride) + biasCount;
  T* biasOut = gradient ? call.out<T>("bias", p.desc.bias, biases) : nullptr;
  const T* biasIn = bias ? call.in<T>("bias", p.desc.bias, biases) : nullptr;
  call.out<char>("workspace", workspace, workspaceBytes);
  call.submit(stream, [=]() {
    if (workspaceBytes > 0) std::memset(workspace, 0xff, workspaceBytes);
    for (int64_t i = 0; i < p.d.batch; i++) {
      const T* oneA = dataA + i * p.a.batchStride;
      const T* oneB = dataB + i * p.b.batchStride;
      const T* oneC = dataC ? dataC + i * p.c.batchStride : nullptr;
      T* oneD = dataD + i * p.d.batchStride;
      const T* oneBias = biasIn ? biasIn + i * p.desc.biasBatchStride : nullptr;
      Product<T> product = inColumns(p, alphaDevice ? *alphaDevice : alphaHost,
                                     betaDevice ? *betaDevice : betaHost, oneA, oneB, oneC, oneD);
      stand_in::multiply(product, [&](int64_t row, int64_t column, double value) {
        oneD[row + column * p.d.leading] =
            static_cast<T>(finished(p, value, oneBias ? oneBias[row] : 0));
      });
      if (biasOut) biasGradient(p, oneA, oneB, biasOut + i * p.desc.biasBatchStride);
    }
  });
}

/** The algorithm is one that the heuristics found for such a product, and its promises are kept. */
void checkAlgorithm(const Call& call, const Matmul& p, const MatmulAlgorithm* algorithm,
                    size_t workspaceBytes, const void* const pointers[4]) {
  if (algorithm == nullptr) return;  // the library searches for one itself
  const MatmulAlgorithm& found = *call.host("algo", algorithm);
  call.require(found.magic == MatmulAlgorithm::MAGIC,
               "algo does not come from cublasLtMatmulAlgoGetHeuristic");
  call.require(found.computeType == uint32_t(p.desc.computeType) &&
                   found.epilogue == p.desc.epilogue && found.m == uint64_t(p.m) &&
                   found.n == uint64_t(p.n),
               "algo was found for another product");
  call.require(workspaceBytes >= found.workspaceBytes,
               "algo wants a workspace of %zu bytes, found %zu", size_t(found.workspaceBytes),
               workspaceBytes);
  for (int i = 0; i < 4; i++) {
    call.require(reinterpret_cast<uintptr_t>(pointers[i]) % found.alignment[i] == 0,
                 "%c must be aligned to %u bytes, as the preference promised, found %p", "ABCD"[i],
                 found.alignment[i], pointers[i]);
  }
}

}  // namespace

STAND_IN_API int cublasLtMatmulAlgoGetHeuristic(LtContext* handle, void* desc, void* aLayout,
                                                void* bLayout, void* cLayout, void* dLayout,
                                                void* preference, int wanted,
                                                HeuristicResult results[], int* returned) {
  return answer("cublasLtMatmulAlgoGetHeuristic", [&](Call& call) {
    call.object<LtContext>("lightHandle", handle);
    Matmul p(call, desc, aLayout, bLayout, cLayout, dLayout);
    const auto& prefers = call.object<cublas::MatmulPreference>("preference", preference);
    call.require(wanted > 0, "requestedAlgoCount must be positive, found %d", wanted);
    call.host("heuristicResultsArray", results);
    call.host("returnAlgoCount", returned);
    *returned = 0;
    for (uint64_t bytes : {WORKSPACE_BYTES, uint64_t(0)}) {
      if (bytes > prefers.workspaceBytes || *returned == wanted) continue;
      HeuristicResult& result = results[(*returned)++];
      result = {};
      result.algorithm = {MatmulAlgorithm::MAGIC,
                          bytes,
                          uint32_t(p.desc.computeType),
                          p.desc.epilogue,
                          uint64_t(p.m),
                          uint64_t(p.n),
                          {},
                          0};
      std::copy(prefers.alignment, prefers.alignment + 4, result.algorithm.alignment);
      result.workspaceBytes = bytes;
      result.waves = 1;
    }
  });
}

STAND_IN_API int cublasLtMatmul(LtContext* handle, void* desc, const void* alpha, const void* a,
                                void* aLayout, const void* b, void* bLayout, const void* beta,
                                const void* c, void* cLayout, void* d, void* dLayout,
                                const MatmulAlgorithm* algorithm, void* workspace,
                                size_t workspaceBytes, void* stream) {
  return answer("cublasLtMatmul", [&](Call& call) {
    call.object<LtContext>("lightHandle", handle);
    Matmul p(call, desc, aLayout, bLayout, cLayout, dLayout);
    const void* const pointers[] = {a, b, c, d};
    checkAlgorithm(call, p, algorithm, workspaceBytes, pointers);
    auto run = p.d.type == cublas::R_64F ? submit<double> : submit<float>;
    run(call, p, alpha, a, b, beta, c, d, workspace, workspaceBytes, stream);
  });
}

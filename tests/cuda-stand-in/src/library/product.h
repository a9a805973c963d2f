// The matrix product that cuBLAS and cuBLASLt share.
#pragma once

#include <algorithm>
#include <vector>

#include "call.h"

namespace stand_in {

/** The elements from the first to the last of a column-major matrix. */
inline size_t extent(int64_t rows, int64_t columns, int64_t leading) {
  return rows == 0 || columns == 0 ? 0 : static_cast<size_t>(leading * (columns - 1) + rows);
}

/** D = alpha op(A) op(B) + beta C, column-major; op(A) is M x K, op(B) is K x N. */
template <class T>
struct Product {
  bool transA = false, transB = false;
  int64_t m = 0, n = 0, k = 0;
  double alpha = 1, beta = 0;
  const T* a = nullptr;
  int64_t lda = 0;
  const T* b = nullptr;
  int64_t ldb = 0;
  const T* c = nullptr;
  int64_t ldc = 0;
  T* d = nullptr;
  int64_t ldd = 0;
  bool tf32 = false;

  size_t extentA() const { return transA ? extent(k, m, lda) : extent(m, k, lda); }
  size_t extentB() const { return transB ? extent(n, k, ldb) : extent(k, n, ldb); }
};

inline float rounded(float x) { return toTf32(x); }
inline double rounded(double x) { return x; }

/**
 * Sums in double and hands every result to finish(i, j, value). With alpha 0 the factors and with
 * beta 0 the addend are not read, as in BLAS.
 */
template <class T, class Finish>
void multiply(Product<T> p, Finish finish) {
  bool read = p.alpha != 0 && p.k > 0;
  std::vector<T> a, b;
  if (p.tf32 && read) {
    a.resize(p.extentA());
    b.resize(p.extentB());
    std::transform(p.a, p.a + a.size(), a.begin(), [](T x) { return rounded(x); });
    std::transform(p.b, p.b + b.size(), b.begin(), [](T x) { return rounded(x); });
    p.a = a.data();
    p.b = b.data();
  }
  std::vector<double> column(static_cast<size_t>(p.m));
  for (int64_t j = 0; j < p.n; j++) {
    std::fill(column.begin(), column.end(), 0.0);
    for (int64_t q = 0; read && q < p.k && !p.transA; q++) {
      double factor = p.transB ? p.b[j + q * p.ldb] : p.b[q + j * p.ldb];
      const T* x = p.a + q * p.lda;
      for (int64_t i = 0; i < p.m; i++) column[i] += factor * x[i];
    }
    for (int64_t i = 0; read && i < p.m && p.transA; i++) {
      const T* x = p.a + i * p.lda;
      const T* y = p.transB ? p.b + j : p.b + j * p.ldb;
      int64_t step = p.transB ? p.ldb : 1;
      for (int64_t q = 0; q < p.k; q++) column[i] += static_cast<double>(x[q]) * y[q * step];
    }
    for (int64_t i = 0; i < p.m; i++) {
      double addend = p.beta == 0 ? 0 : p.beta * p.c[i + j * p.ldc];
      finish(i, j, (read ? p.alpha * column[i] : 0) + addend);
    }
  }
}

/** The product into D, rounded once. */
template <class T>
void multiply(const Product<T>& p) {
  multiply(p,
           [&](int64_t i, int64_t j, double value) { p.d[i + j * p.ldd] = static_cast<T>(value); });
}

}  // namespace stand_in

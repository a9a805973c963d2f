// One matrix product with its epilogue, ready to be launched again and again.
#pragma once

#include "cublas_lt.h"

namespace merapi {

/**
 * D = epilogue(op(A) op(B) + C + bias) on matrices in columns, as LtProduct.java and CublasLtLibrary.java write
 * it: D is m x n, op(A) m x k, op(B) k x n. Addresses are the device's.
 */
struct Product {
  int64_t dataType;
  int64_t computeType;
  int64_t epilogue;
  int64_t transposeA;
  int64_t transposeB;
  int64_t m;
  int64_t n;
  int64_t k;
  int64_t a;
  int64_t b;
  int64_t c;  // 0: nothing is added
  int64_t d;
  int64_t bias;  // or its gradient, which is written
  int64_t workspace;
  int64_t workspaceBytes;
};

/** What one of cuBLASLt's functions creates, and another one destroys. */
class Descriptor {
 public:
  using Destroy = int (*)(void*);

  template <class Create, class... Arguments>
  Descriptor(const char* call, Destroy destroy, Create create, Arguments... arguments)
      : destroy_(destroy) {
    check(call, create(&address_, arguments...));
  }
  ~Descriptor() { destroy_(address_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  void* get() const { return address_; }

 private:
  Destroy destroy_;
  void* address_ = nullptr;
};

class Matmul {
 public:
  /** Describes the product and chooses an algorithm by the library's heuristic. Throws a Failure. */
  Matmul(void* handle, const Product& product);

  /** Enqueues it: allocates nothing and waits for nothing. Throws a Failure. */
  void run(void* stream) const;

 private:
  void describe();
  void choose();

  void* handle_;
  Product product_;
  Descriptor desc_;
  Descriptor a_;
  Descriptor b_;
  Descriptor d_;  // of C too
  Algorithm algorithm_;
  size_t workspaceBytes_;
};

}  // namespace merapi

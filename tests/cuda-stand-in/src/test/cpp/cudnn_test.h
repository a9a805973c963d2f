// The functions of cuDNN that several of its tests call.
#pragma once

#include "eager.h"

extern "C" {
int cudnnCreate(void** handle);
int cudnnDestroy(void* handle);
int cudnnCreateTensorDescriptor(void** descriptor);
int cudnnDestroyTensorDescriptor(void* descriptor);
int cudnnSetTensor4dDescriptor(void*, int format, int type, int n, int c, int h, int w);
int cudnnSetTensorNdDescriptor(void*, int type, int rank, const int dim[], const int stride[]);
int cudnnSetTensorNdDescriptorEx(void*, int format, int type, int rank, const int dim[]);
int cudnnCreateActivationDescriptor(void**);
int cudnnDestroyActivationDescriptor(void*);
int cudnnSetActivationDescriptor(void*, int mode, int nanPropagation, double coefficient);
}

constexpr int BAD_PARAM = 2000, NULL_POINTER = 2002, NOT_SUPPORTED = 3000;
constexpr int NCHW = 0, NHWC = 1, FLOAT = 0, DOUBLE = 1;
constexpr float ONE = 1, ZERO = 0, TWO = 2;

/** A descriptor for as long as the object lives. */
class Descriptor {
 public:
  Descriptor(int (*create)(void**), int (*destroy)(void*)) : destroy_(destroy) {
    EXPECT(create(&address_) == 0);
  }
  Descriptor(const Descriptor&) = delete;
  ~Descriptor() { EXPECT(destroy_(address_) == 0); }
  operator void*() const { return address_; }

 private:
  int (*destroy_)(void*);
  void* address_ = nullptr;
};

struct TensorDescriptor : Descriptor {
  TensorDescriptor() : Descriptor(cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor) {}
  explicit TensorDescriptor(const std::vector<int>& dim, int format = NCHW, int type = FLOAT)
      : TensorDescriptor() {
    EXPECT(cudnnSetTensorNdDescriptorEx(*this, format, type, int(dim.size()), dim.data()) == 0);
  }
};

struct ActivationDescriptor : Descriptor {
  explicit ActivationDescriptor(int mode, double coefficient = 0)
      : Descriptor(cudnnCreateActivationDescriptor, cudnnDestroyActivationDescriptor) {
    EXPECT(cudnnSetActivationDescriptor(*this, mode, 0, coefficient) == 0);
  }
};

inline size_t product(const std::vector<int>& dim) {
  size_t n = 1;
  for (int d : dim) n *= size_t(d);
  return n;
}

using Doubles = Device<double>;

inline Doubles doubles(size_t count, unsigned seed) {
  std::vector<float> x = noise(count, seed);
  return Doubles(std::vector<double>(x.begin(), x.end()));
}

template <class A, class B>
double dot(const A& a, const B& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); i++) sum += double(a[i]) * b[i];
  return sum;
}

/** Every component of a gradient against the central difference of `loss`, a function of what x
 * holds. */
template <class Loss>
void expectGradient(const Doubles& gradient, Doubles& x, Loss loss, int line) {
  const double step = 1e-5;
  for (size_t i = 0; i < x.size(); i++) {
    double at = x[i];
    x[i] = at + step;
    double above = loss();
    x[i] = at - step;
    double below = loss();
    x[i] = at;
    expectNear(gradient[i], (above - below) / (2 * step), 1e-7, line);
  }
}
#define EXPECT_GRADIENT(gradient, x, loss) expectGradient((gradient), (x), (loss), __LINE__)

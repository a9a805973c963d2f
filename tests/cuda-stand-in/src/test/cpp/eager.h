// For the libraries' own tests: device memory and checks, without the stand-in for the driver.
#pragma once

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <vector>

/** Device memory of exactly this many bytes, filled with NaN. */
void* deviceMemory(size_t bytes);
void freeDeviceMemory(void* p);
int liveHandles();

/** Numbers on the device. */
template <class T>
class Device {
 public:
  explicit Device(size_t count)
      : count_(count), data_(static_cast<T*>(deviceMemory(count * sizeof(T)))) {}
  Device(std::initializer_list<T> values) : Device(std::vector<T>(values)) {}
  explicit Device(const std::vector<T>& values) : Device(values.size()) {
    for (size_t i = 0; i < count_; i++) data_[i] = values[i];
  }
  Device(const Device&) = delete;
  ~Device() { freeDeviceMemory(data_); }
  T* get() const { return data_; }
  size_t size() const { return count_; }
  T& operator[](size_t i) { return data_[i]; }
  T operator[](size_t i) const { return data_[i]; }

 private:
  size_t count_;
  T* data_;
};

using Floats = Device<float>;

/** Numbers in [-1, 1) from a fixed sequence. */
inline std::vector<float> noise(size_t count, unsigned seed) {
  std::vector<float> x(count);
  unsigned long long state = seed * 2654435761ull + 1;
  for (float& v : x) {
    state = state * 6364136223846793005ull + 1442695040888963407ull;
    v = float(double(state >> 40) / double(1 << 23) - 1);
  }
  return x;
}

inline int failures = 0;

inline void expectTrue(bool ok, const char* what, int line) {
  if (ok) return;
  failures++;
  std::printf("line %d: expected %s\n", line, what);
}

inline void expectNear(double found, double expected, double tolerance, int line) {
  if (std::abs(found - expected) <= tolerance) return;
  failures++;
  std::printf("line %d: expected %.9g, found %.9g\n", line, expected, found);
}

#define EXPECT(condition) expectTrue((condition), #condition, __LINE__)
#define EXPECT_NEAR(found, expected, tolerance) \
  expectNear((found), (expected), (tolerance), __LINE__)

template <class T>
void expectValues(const Device<T>& found, const std::vector<double>& expected, double tolerance,
                  int line) {
  expectTrue(found.size() == expected.size(), "equal sizes", line);
  for (size_t i = 0; i < expected.size() && i < found.size(); i++)
    expectNear(found[i], expected[i], tolerance, line);
}
#define EXPECT_VALUES(found, ...) \
  expectValues(found, std::vector<double> __VA_ARGS__, 1e-6, __LINE__)

/** Ends a test program: what failed, and whether every handle was given back. */
inline int result(const char* name) {
  EXPECT(liveHandles() == 0);
  std::printf("%s: %d failures\n", name, failures);
  return failures == 0 ? 0 : 1;
}

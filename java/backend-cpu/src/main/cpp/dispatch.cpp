// What Java calls: loops with the best instructions that this processor has.
#include "loops.h"
#include "random.h"
#include "softmax.h"

#define DECLARE(variant)                          \
  void run_##variant(const Program& program);     \
  void draw_##variant(const Random& random);      \
  void softmax_##variant(const Softmax& softmax); \
  void softmaxGrad_##variant(const SoftmaxGrad& grad);

DECLARE(plain)
#ifdef X86
DECLARE(v3)
DECLARE(v4)
#endif

namespace {

struct Variant {
  void (*run)(const Program&);
  void (*draw)(const Random&);
  void (*softmax)(const Softmax&);
  void (*softmaxGrad)(const SoftmaxGrad&);
};

#define ENTRIES(variant) \
  Variant { run_##variant, draw_##variant, softmax_##variant, softmaxGrad_##variant }

Variant choose() {
#ifdef X86
  __builtin_cpu_init();
  bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            __builtin_cpu_supports("bmi2");
  if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return ENTRIES(v4);
  }
  if (v3) return ENTRIES(v3);
#endif
  return ENTRIES(plain);
}

const Variant chosen = choose();

}  // namespace

// JNI's first two arguments, the environment and the class, are not needed.
#define EXPORTED(name)                                           \
  extern "C" __attribute__((visibility("default"))) void         \
      Java_dev_merapi_backend_cpu_NativeLoops_##name

EXPORTED(run)(void*, void*, int64_t program) {
  chosen.run(*reinterpret_cast<const Program*>(program));
}

EXPORTED(draw)(void*, void*, int64_t random) {
  chosen.draw(*reinterpret_cast<const Random*>(random));
}

EXPORTED(softmax)(void*, void*, int64_t softmax) {
  chosen.softmax(*reinterpret_cast<const Softmax*>(softmax));
}

EXPORTED(softmaxGrad)(void*, void*, int64_t grad) {
  chosen.softmaxGrad(*reinterpret_cast<const SoftmaxGrad*>(grad));
}

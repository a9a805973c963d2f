// What Java calls: runs a program, or draws numbers, with the best instructions of this processor.
#include "loops.h"
#include "random.h"

void run_plain(const Program& program);
void draw_plain(const Random& random);
#ifdef X86
void run_v3(const Program& program);
void draw_v3(const Random& random);
void run_v4(const Program& program);
void draw_v4(const Random& random);
#endif

namespace {

struct Variant {
  void (*run)(const Program&);
  void (*draw)(const Random&);
};

Variant choose() {
#ifdef X86
  __builtin_cpu_init();
  bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            __builtin_cpu_supports("bmi2");
  if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return {run_v4, draw_v4};
  }
  if (v3) return {run_v3, draw_v3};
#endif
  return {run_plain, draw_plain};
}

const Variant variant = choose();

}  // namespace

// JNI's first two arguments, the environment and the class, are not needed.
extern "C" __attribute__((visibility("default"))) void Java_dev_merapi_backend_cpu_NativeLoops_run(
    void*, void*, int64_t program) {
  variant.run(*reinterpret_cast<const Program*>(program));
}

extern "C" __attribute__((visibility("default"))) void Java_dev_merapi_backend_cpu_NativeLoops_draw(
    void*, void*, int64_t random) {
  variant.draw(*reinterpret_cast<const Random*>(random));
}

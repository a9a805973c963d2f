// What Java calls: runs a program with the best instructions that this processor has.
#include "loops.h"

void run_plain(const Program& program);
#ifdef X86
void run_v3(const Program& program);
void run_v4(const Program& program);

static void (*choose())(const Program&) {
  __builtin_cpu_init();
  bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
            __builtin_cpu_supports("bmi2");
  if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
    return run_v4;
  }
  return v3 ? run_v3 : run_plain;
}
#else
static void (*choose())(const Program&) { return run_plain; }
#endif

static void (*const run)(const Program&) = choose();

// JNI's first two arguments, the environment and the class, are not needed.
extern "C" __attribute__((visibility("default"))) void Java_dev_merapi_backend_cpu_NativeLoops_run(
    void*, void*, int64_t program) {
  run(*reinterpret_cast<const Program*>(program));
}

#include <cstring>

#include "kernel.h"
#include "memory.h"
#include "stream.h"

using namespace stand_in;

namespace {

// Limits of compute capability 9.0.
int check_shape(const Launch& l) {
  Uint3 g = l.grid, b = l.block;
  bool grid = g.x && g.y && g.z && g.x <= INT32_MAX && g.y <= 65535 && g.z <= 65535;
  bool block = b.x && b.y && b.z && b.x <= 1024 && b.y <= 1024 && b.z <= 64 &&
               uint64_t{b.x} * b.y * b.z <= kMostThreadsPerBlock;
  bool bounds = uint64_t{b.x} * b.y * b.z <= l.function->most_threads();
  bool shared = l.dynamic_shared <= static_cast<unsigned>(l.function->most_dynamic_shared);
  if (grid && block && bounds && shared) return kSuccess;
  standInSay("cuLaunchKernel(%s): grid (%u,%u,%u), block (%u,%u,%u), %u bytes of shared memory: %s",
             l.function->name.c_str(), g.x, g.y, g.z, b.x, b.y, b.z, l.dynamic_shared,
             !grid     ? "no such grid"
             : !block  ? "no such block"
             : !bounds ? "more threads than its __launch_bounds__"
                       : "more shared memory than the function may use");
  return kInvalidValue;
}

// A launch's own copy of its parameters, laid out as in a parameter buffer.
struct Parameters {
  std::vector<char> bytes;
  std::vector<size_t> offsets;

  explicit Parameters(const Kernel& kernel) {
    size_t end = 0;
    for (int i = 0; i < kernel.arguments; i++) {
      end = (end + kernel.alignments[i] - 1) / kernel.alignments[i] * kernel.alignments[i];
      offsets.push_back(end);
      end += kernel.sizes[i];
    }
    bytes.resize(end);
  }

  void* at(size_t i) { return bytes.data() + offsets[i]; }
};

// From an array of pointers to the parameters.
int copy_from_array(const Function& function, void** array, Parameters* p) {
  for (int i = 0; i < function.kernel->arguments; i++) {
    if (!array || !array[i]) {
      standInSay("cuLaunchKernel(%s): parameter %d of %d is missing", function.name.c_str(), i,
                 function.kernel->arguments);
      return kInvalidValue;
    }
    memcpy(p->at(i), array[i], function.kernel->sizes[i]);
  }
  return kSuccess;
}

// From one buffer, named by a list of keys and values.
int copy_from_buffer(const Function& function, void** extra, Parameters* p) {
  const void* const kBuffer = reinterpret_cast<void*>(1);
  const void* const kBufferSize = reinterpret_cast<void*>(2);
  const void* buffer = nullptr;
  size_t bytes = 0;
  for (; extra[0]; extra += 2) {
    if (extra[0] == kBuffer) buffer = extra[1];
    if (extra[0] == kBufferSize) bytes = *static_cast<size_t*>(extra[1]);
  }
  if (!buffer || bytes < p->bytes.size()) {
    standInSay("cuLaunchKernel(%s): a parameter buffer of %zu bytes, the kernel takes %zu",
               function.name.c_str(), bytes, p->bytes.size());
    return kInvalidValue;
  }
  memcpy(p->bytes.data(), buffer, p->bytes.size());
  return kSuccess;
}

// Every pointer is null or points into memory of the device or into pinned memory.
int check_pointers(const Function& function, Parameters* p) {
  for (int i = 0; i < function.kernel->arguments; i++) {
    if (!function.kernel->pointers[i]) continue;
    Address pointer;
    memcpy(&pointer, p->at(i), sizeof pointer);
    if (!pointer || live_allocation(pointer) || in_global(pointer, 1)) continue;
    standInSay("kernel %s: parameter %d is %s", function.name.c_str(), i,
               describe(pointer).c_str());
    return kInvalidValue;
  }
  return kSuccess;
}

int run(const Launch& launch, Parameters* parameters) {
  if (knobs.null) return kSuccess;
  // Memory that was there when the work was submitted may be gone by now.
  if (launch.function->module->live) {
    if (int error = check_pointers(*launch.function, parameters)) return error;
  }
  std::vector<void*> arguments;
  for (size_t i = 0; i < parameters->offsets.size(); i++) arguments.push_back(parameters->at(i));
  return run_kernel(launch, arguments);
}

}  // namespace

STAND_IN_API int cuLaunchKernel(void* handle, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                                unsigned block_x, unsigned block_y, unsigned block_z,
                                unsigned dynamic_shared, void* stream, void** array, void** extra) {
  Call call("cuLaunchKernel");
  if (call.error()) return call.error();
  Function* function = function_of(handle, "cuLaunchKernel");
  if (!function) return kInvalidHandle;
  Launch launch{function, {grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, dynamic_shared};
  if (int error = check_shape(launch)) return error;
  auto parameters = std::make_shared<Parameters>(*function->kernel);
  int error = !array && extra ? copy_from_buffer(*function, extra, parameters.get())
                              : copy_from_array(*function, array, parameters.get());
  if (!error) error = check_pointers(*function, parameters.get());
  if (error) return error;
  return standInSubmit(stream, function->name.c_str(),
                       [launch, parameters] { return run(launch, parameters.get()); });
}

STAND_IN_API int cuFuncSetAttribute(void* handle, int attribute, int value) {
  Call call("cuFuncSetAttribute");
  if (call.error()) return call.error();
  Function* function = function_of(handle, "cuFuncSetAttribute");
  if (!function) return kInvalidHandle;
  constexpr int kMostDynamicShared = 8, kSharedCarveout = 9;
  if (attribute == kSharedCarveout) return kSuccess;
  if (attribute != kMostDynamicShared || value < 0 || value > kSharedWithOptIn) {
    standInSay("cuFuncSetAttribute(%s): attribute %d cannot be %d", function->name.c_str(),
               attribute, value);
    return kInvalidValue;
  }
  function->most_dynamic_shared = value;
  return kSuccess;
}

STAND_IN_API int cuFuncGetAttribute(int* value, int attribute, void* handle) {
  Call call("cuFuncGetAttribute");
  if (call.error()) return call.error();
  Function* function = function_of(handle, "cuFuncGetAttribute");
  if (!function) return kInvalidHandle;
  const Module& module = *function->module->module;
  switch (attribute) {
    case 0:  // CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK
      *value = static_cast<int>(function->most_threads());
      return kSuccess;
    case 1:  // CU_FUNC_ATTRIBUTE_SHARED_SIZE_BYTES; of all the module's kernels
      *value = static_cast<int>(module.shared_end - module.shared_begin);
      return kSuccess;
    case 4:  // CU_FUNC_ATTRIBUTE_NUM_REGS
      *value = 32;
      return kSuccess;
    case 8:  // CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES
      *value = function->most_dynamic_shared;
      return kSuccess;
    default:
      *value = 0;
      return kSuccess;
  }
}

STAND_IN_API int cuFuncSetCacheConfig(void* handle, int) {
  Call call("cuFuncSetCacheConfig");
  if (call.error()) return call.error();
  return function_of(handle, "cuFuncSetCacheConfig") ? kSuccess : kInvalidHandle;
}

STAND_IN_API int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void* handle, int threads,
                                                             size_t) {
  Call call("cuOccupancyMaxActiveBlocksPerMultiprocessor");
  if (call.error()) return call.error();
  if (!function_of(handle, "cuOccupancyMaxActiveBlocksPerMultiprocessor")) return kInvalidHandle;
  constexpr int kThreadsPerMultiprocessor = 2048;
  *blocks = threads > 0 ? kThreadsPerMultiprocessor / threads : 0;
  return kSuccess;
}

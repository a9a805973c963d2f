#include <cstdio>
#include <cstring>
#include <map>

#include "kernel.h"
#include "knobs.h"
#include "memory.h"
#include "stream.h"

namespace stand_in {
namespace {

bool ready;

}  // namespace

bool initialized() { return ready; }

}  // namespace stand_in

using namespace stand_in;

namespace {

constexpr int kMajor = 9, kMinor = 0;

// CUdevice_attribute, as an H100 answers; all others are 0.
const std::map<int, int>& attributes() {
  static const auto* all = new std::map<int, int>{
      {1, kMostThreadsPerBlock},
      {2, 1024},                 // MAX_BLOCK_DIM_X
      {3, 1024},                 // MAX_BLOCK_DIM_Y
      {4, 64},                   // MAX_BLOCK_DIM_Z
      {5, INT32_MAX},            // MAX_GRID_DIM_X
      {6, 65535},                // MAX_GRID_DIM_Y
      {7, 65535},                // MAX_GRID_DIM_Z
      {8, kSharedWithoutOptIn},  // MAX_SHARED_MEMORY_PER_BLOCK
      {9, 65536},                // TOTAL_CONSTANT_MEMORY
      {10, 32},                  // WARP_SIZE
      {12, 65536},               // MAX_REGISTERS_PER_BLOCK
      {13, 1000000},             // CLOCK_RATE, kHz
      {15, 1},                   // GPU_OVERLAP
      {16, 4},                   // MULTIPROCESSOR_COUNT: few, so that grids stay small
      {19, 1},                   // CAN_MAP_HOST_MEMORY
      {31, 1},                   // CONCURRENT_KERNELS
      {36, 1000000},             // MEMORY_CLOCK_RATE, kHz
      {37, 128},                 // GLOBAL_MEMORY_BUS_WIDTH
      {38, 1 << 20},             // L2_CACHE_SIZE
      {39, 2048},                // MAX_THREADS_PER_MULTIPROCESSOR
      {40, 2},                   // ASYNC_ENGINE_COUNT
      {41, 1},                   // UNIFIED_ADDRESSING
      {75, kMajor},
      {76, kMinor},
      {78, 1},                 // STREAM_PRIORITIES_SUPPORTED
      {81, 228 << 10},         // MAX_SHARED_MEMORY_PER_MULTIPROCESSOR
      {82, 65536},             // MAX_REGISTERS_PER_MULTIPROCESSOR
      {97, kSharedWithOptIn},  // MAX_SHARED_MEMORY_PER_BLOCK_OPTIN
      {106, 32},               // MAX_BLOCKS_PER_MULTIPROCESSOR
      {115, 1},                // MEMORY_POOLS_SUPPORTED
  };
  return *all;
}

int check_ordinal(const char* api, int device) {
  if (!initialized()) return kNotInitialized;
  if (device == 0) return kSuccess;
  standInSay("%s: there is no device %d", api, device);
  return kInvalidDevice;
}

}  // namespace

STAND_IN_API int cuInit(unsigned) {
  Lock lock;
  if (ready) return kSuccess;
  if (!number("STAND_IN_DEVICES", 1)) return kNoDevice;
  read_environment();
  if (int error = reserve_arena()) return error;
  if (int error = reserve_shared()) return error;
  ready = true;
  return kSuccess;
}

STAND_IN_API int cuDriverGetVersion(int* version) {
  *version = static_cast<int>(number("STAND_IN_DRIVER_VERSION", 12060));
  return kSuccess;
}

// What NVIDIA's own libraries of one release tell each other; NVRTC 13 asks for some, and needs none.
STAND_IN_API int cuGetExportTable(const void** table, const void*) {
  *table = nullptr;
  return kInvalidValue;
}

STAND_IN_API int cuDeviceGetCount(int* count) {
  *count = 1;
  return initialized() ? kSuccess : kNotInitialized;
}

STAND_IN_API int cuDeviceGet(int* device, int ordinal) {
  *device = ordinal;
  return check_ordinal("cuDeviceGet", ordinal);
}

STAND_IN_API int cuDeviceGetName(char* name, int bytes, int device) {
  snprintf(name, bytes, "CUDA stand-in (CPU)");
  return check_ordinal("cuDeviceGetName", device);
}

STAND_IN_API int cuDeviceGetUuid(char* uuid, int device) {
  memset(uuid, 7, 16);
  return check_ordinal("cuDeviceGetUuid", device);
}

STAND_IN_API int cuDeviceTotalMem_v2(size_t* bytes, int device) {
  *bytes = device_bytes();
  return check_ordinal("cuDeviceTotalMem", device);
}

STAND_IN_API int cuDeviceComputeCapability(int* major, int* minor, int device) {
  *major = kMajor;
  *minor = kMinor;
  return check_ordinal("cuDeviceComputeCapability", device);
}

STAND_IN_API int cuDeviceGetAttribute(int* value, int attribute, int device) {
  Lock lock;
  if (read_counter(attribute, value)) return kSuccess;
  auto found = attributes().find(attribute);
  *value = found == attributes().end() ? 0 : found->second;
  return check_ordinal("cuDeviceGetAttribute", device);
}

STAND_IN_API int cuGetErrorName(int error, const char** name) {
  static thread_local char text[32];
  snprintf(text, sizeof text, "CUDA_ERROR_%d", error);
  *name = text;
  return kSuccess;
}

STAND_IN_API int cuGetErrorString(int error, const char** text) {
  *text = error ? last_error() : "no error";
  return kSuccess;
}

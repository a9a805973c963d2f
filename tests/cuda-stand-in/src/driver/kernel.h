// Running a kernel: all blocks of its grid.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "driver.h"
#include "kernel_module.h"

namespace stand_in {

constexpr unsigned kMostThreadsPerBlock = 1024;

// A CUmodule.
struct LoadedModule;

// A CUfunction.
struct Function {
  std::string name;
  const Kernel* kernel;
  LoadedModule* module;
  int most_dynamic_shared;  // bytes that a launch may ask for

  unsigned most_threads() const;  // of a block
};

struct LoadedModule {
  bool live;
  void* library;  // of dlopen
  const Module* module;
  std::vector<std::unique_ptr<Function>> functions;
  std::vector<Address> globals;
};

inline unsigned Function::most_threads() const {
  return kernel->most_threads ? static_cast<unsigned>(kernel->most_threads) : kMostThreadsPerBlock;
}

// The function of a handle, or null after saying that it is none.
Function* function_of(void* handle, const char* api);

struct Launch {
  Function* function;
  Uint3 grid;
  Uint3 block;
  unsigned dynamic_shared;
};

constexpr int kSharedWithoutOptIn = 48 << 10;
constexpr int kSharedWithOptIn = 227 << 10;

// Where kernels' dynamic shared memory lies; a CUresult.
int reserve_shared();

// Runs all blocks; a CUresult. The arguments are where the kernel's parameters lie.
int run_kernel(const Launch& launch, const std::vector<void*>& arguments);

}  // namespace stand_in

// What the stand-in for the CUDA driver (libcuda.so.1) offers to the stand-ins for the libraries
// above it, cuBLAS and cuDNN.
//
// A library call checks its arguments when it is made, copies alpha, beta and whatever else the
// caller may change afterwards, and submits a closure. The closure checks its device memory again,
// since that may have been freed before the work runs, and computes with plain loops.
#pragma once

#include <cstddef>
#include <functional>

namespace stand_in {

// Work on a stream; returns a CUresult.
using Work = std::function<int()>;

// The CUresult codes that libraries return from their work.
constexpr int kSuccess = 0;
constexpr int kInvalidValue = 1;
constexpr int kIllegalAddress = 700;

}  // namespace stand_in

// Exported although the libraries are compiled with hidden symbols.
#pragma GCC visibility push(default)
extern "C" {

// Runs the work now, queues it (lazy mode) or records it (capture); a CUresult. Counts as a launch.
int standInSubmit(void* stream, const char* name, const stand_in::Work& work);

// 0, or an error after saying what is wrong: the bytes do not lie inside one live device
// allocation.
int standInCheckDevice(const char* api, const void* p, size_t bytes);

// 0, or an error after saying what is wrong: null, or a device pointer where the host must read.
int standInCheckHost(const char* api, const void* p, size_t bytes);

// +1 for each library handle, descriptor, ... that is created and -1 when it goes: part of the leak
// report and of the count of live handles.
void standInHandles(int change);

// 1 in null mode: work returns at once and computes nothing.
int standInNull();

// 1 when products may round floats to TF32.
int standInAllowsTf32();

// 1 when a ReLU that is part of a product makes 0 of NaN, whatever was asked for.
int standInHidesNan();

// One line on standard error, kept as the text of the last error.
void standInSay(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // extern "C"
#pragma GCC visibility pop

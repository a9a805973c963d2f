// What the parts of the stand-in for NVRTC share.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stand_in {

// nvrtcResult
constexpr int kNvrtcSuccess = 0;
constexpr int kNvrtcInvalidInput = 3;
constexpr int kNvrtcInvalidProgram = 4;
constexpr int kNvrtcInvalidOption = 5;
constexpr int kNvrtcCompilation = 6;
constexpr int kNvrtcNameAfterCompilation = 8;
constexpr int kNvrtcNameNotValid = 10;
constexpr int kNvrtcInternalError = 11;

struct Header {
  std::string name;
  std::string text;
};

// An nvrtcProgram.
struct Program {
  std::string source;
  std::string name;
  std::vector<Header> headers;
  std::vector<std::string> expressions;  // names of templates' instances that are wanted
  bool compiled = false;
  std::string log;
  std::string image;  // the shared object
  std::string text;   // what stands for PTX
  std::map<std::string, std::string> lowered_names;
};

// What the options of a compilation come to.
struct Options {
  std::vector<std::string> include_paths;
  std::string macros;  // as lines of source, which come after our own declarations
  std::string architecture = "52";
};

// False after naming the wrong option in the log.
bool parse_options(const std::vector<std::string>& options, Options* result, std::string* log);

// A kernel with C linkage.
struct KernelName {
  std::string name;
  std::string most_threads;  // of __launch_bounds__, an expression; empty where there is none
};

// CUDA C, preprocessed, as C++ for g++.
struct Translation {
  std::string text;
  std::vector<KernelName> kernels;
  std::string errors;  // what NVRTC would refuse and g++ would not
};

Translation translate(const std::string& preprocessed);

// Compiles, or takes what was compiled before from the disk; an nvrtcResult.
int compile(const Options& options, Program* program);

// Of all that turns a program into an image, but the program and its options.
uint64_t emulation_hash();

}  // namespace stand_in

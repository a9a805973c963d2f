// NVRTC's calls.
#include <cstring>

#include "base64.h"
#include "nvrtc.h"
#include "stand_in.h"

#define NVRTC_API extern "C" __attribute__((visibility("default")))

using namespace stand_in;

namespace {

// As real PTX begins; what follows is for the stand-in for the driver.
std::string ptx(const Program& program, const std::string& architecture) {
  return "//\n// Made by the stand-in for NVRTC: this is not PTX.\n//\n.version 8.5\n.target sm_" +
         architecture + "\n.address_size 64\n" + kImageMark + base64_encode(program.image) + "\n";
}

int give(const std::string& text, bool present, char* target) {
  if (!present) return kNvrtcInvalidProgram;
  memcpy(target, text.c_str(), text.size() + 1);
  return kNvrtcSuccess;
}

}  // namespace

NVRTC_API int nvrtcVersion(int* major, int* minor) {
  *major = 12;
  // A number of its own: whoever keeps compiled kernels by NVRTC's version must not mix these
  // images with those for a GPU, nor with those of another stand-in.
  *minor = 6000000 + static_cast<int>(emulation_hash() % 1000000);
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetNumSupportedArchs(int* count) {
  *count = 4;
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetSupportedArchs(int* architectures) {
  for (int architecture : {75, 80, 86, 90}) *architectures++ = architecture;
  return kNvrtcSuccess;
}

NVRTC_API const char* nvrtcGetErrorString(int error) {
  static const char* const names[] = {"NVRTC_SUCCESS",
                                      "NVRTC_ERROR_OUT_OF_MEMORY",
                                      "NVRTC_ERROR_PROGRAM_CREATION_FAILURE",
                                      "NVRTC_ERROR_INVALID_INPUT",
                                      "NVRTC_ERROR_INVALID_PROGRAM",
                                      "NVRTC_ERROR_INVALID_OPTION",
                                      "NVRTC_ERROR_COMPILATION",
                                      "NVRTC_ERROR_BUILTIN_OPERATION_FAILURE",
                                      "NVRTC_ERROR_NO_NAME_EXPRESSIONS_AFTER_COMPILATION",
                                      "NVRTC_ERROR_NO_LOWERED_NAMES_BEFORE_COMPILATION",
                                      "NVRTC_ERROR_NAME_EXPRESSION_NOT_VALID",
                                      "NVRTC_ERROR_INTERNAL_ERROR"};
  bool known = error >= 0 && error < static_cast<int>(sizeof names / sizeof *names);
  return known ? names[error] : "NVRTC_ERROR unknown";
}

NVRTC_API int nvrtcCreateProgram(Program** result, const char* source, const char* name,
                                 int headers, const char* const* texts, const char* const* names) {
  if (!result || !source || headers < 0 || (headers && (!texts || !names))) {
    return kNvrtcInvalidInput;
  }
  auto* program = new Program;
  program->source = source;
  program->name = name && *name ? name : "default_program";
  for (int i = 0; i < headers; i++) program->headers.push_back({names[i], texts[i]});
  standInHandles(1);
  *result = program;
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcDestroyProgram(Program** program) {
  if (!program || !*program) return kNvrtcInvalidProgram;
  delete *program;
  *program = nullptr;
  standInHandles(-1);
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcAddNameExpression(Program* program, const char* expression) {
  if (!program) return kNvrtcInvalidProgram;
  if (program->compiled) return kNvrtcNameAfterCompilation;
  program->expressions.push_back(expression);
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
  if (!program) return kNvrtcInvalidProgram;
  if (count < 0 || (count && !options)) return kNvrtcInvalidInput;
  program->compiled = true;
  program->log.clear();
  Options parsed;
  if (!parse_options({options, options + count}, &parsed, &program->log)) {
    return kNvrtcInvalidOption;
  }
  if (int error = compile(parsed, program)) return error;
  program->text = ptx(*program, parsed.architecture);
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetPTXSize(Program* program, size_t* bytes) {
  if (!program || program->image.empty()) return kNvrtcInvalidProgram;
  *bytes = program->text.size() + 1;
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetPTX(Program* program, char* target) {
  return give(program->text, !program->image.empty(), target);
}

NVRTC_API int nvrtcGetCUBINSize(Program* program, size_t* bytes) {
  if (!program || program->image.empty()) return kNvrtcInvalidProgram;
  *bytes = program->image.size();
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetCUBIN(Program* program, char* target) {
  if (!program || program->image.empty()) return kNvrtcInvalidProgram;
  memcpy(target, program->image.data(), program->image.size());
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetProgramLogSize(Program* program, size_t* bytes) {
  if (!program) return kNvrtcInvalidProgram;
  *bytes = program->log.size() + 1;
  return kNvrtcSuccess;
}

NVRTC_API int nvrtcGetProgramLog(Program* program, char* target) {
  return give(program->log, true, target);
}

NVRTC_API int nvrtcGetLoweredName(Program* program, const char* expression, const char** name) {
  if (!program) return kNvrtcInvalidProgram;
  auto found = program->lowered_names.find(expression);
  if (found == program->lowered_names.end()) return kNvrtcNameNotValid;
  *name = found->second.c_str();
  return kNvrtcSuccess;
}

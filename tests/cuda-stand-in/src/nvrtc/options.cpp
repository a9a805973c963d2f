#include <cctype>

#include "nvrtc.h"

namespace stand_in {
namespace {

// Options that change nothing here. Those that end in '=' take a value, '=' and all.
const char* const kIgnored[] = {
    "--default-device",
    "-default-device",
    "--device-as-default-execution-space",
    "--disable-warnings",
    "-w",
    "--extra-device-vectorization",
    "-extra-device-vectorization",
    "--fmad=",
    "-fmad=",
    "--ftz=",
    "-ftz=",
    "--generate-line-info",
    "-lineinfo",
    "--device-debug",
    "-G",
    "--maxrregcount=",
    "-maxrregcount=",
    "--prec-div=",
    "-prec-div=",
    "--prec-sqrt=",
    "-prec-sqrt=",
    "--restrict",
    "-restrict",
    "--std=c++11",
    "-std=c++11",
    "--std=c++14",
    "-std=c++14",
    "--std=c++17",
    "-std=c++17",
    "--use_fast_math",
    "-use_fast_math",
};

bool starts(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

bool ignored(const std::string& option) {
  for (const std::string known : kIgnored) {
    if (known.back() == '=' ? starts(option, known) && option.size() > known.size()
                            : option == known) {
      return true;
    }
  }
  return false;
}

// "compute_90" or "sm_90a"
bool parse_architecture(const std::string& value, std::string* architecture) {
  size_t digits = starts(value, "compute_") ? 8 : starts(value, "sm_") ? 3 : value.size();
  architecture->clear();
  for (; digits < value.size() && isdigit(value[digits]); digits++) *architecture += value[digits];
  return architecture->size() >= 2;
}

// "NAME" or "NAME=VALUE" as a line of source.
std::string define(const std::string& macro) {
  size_t equals = macro.find('=');
  std::string value = equals == std::string::npos ? "1" : macro.substr(equals + 1);
  return "#define " + macro.substr(0, equals) + " " + value + "\n";
}

void take(char kind, const std::string& value, Options* result) {
  if (kind == 'I') {
    result->include_paths.push_back(value);
  } else {
    result->macros += kind == 'D' ? define(value) : "#undef " + value + "\n";
  }
}

// An option of the preprocessor by its long or short name; the short one may stand alone.
bool preprocessor(const std::string& option, const std::string* next, Options* result, bool* took) {
  static const char* const names[][2] = {
      {"--define-macro=", "-D"}, {"--undefine-macro=", "-U"}, {"--include-path=", "-I"}};
  for (auto& name : names) {
    std::string longer = name[0], shorter = name[1];
    char kind = shorter[1];
    if (starts(option, longer)) {
      take(kind, option.substr(longer.size()), result);
      return true;
    }
    if (!starts(option, shorter)) continue;
    *took = option == shorter;
    if (*took && !next) return false;
    take(kind, *took ? *next : option.substr(shorter.size()), result);
    return true;
  }
  return false;
}

}  // namespace

bool parse_options(const std::vector<std::string>& options, Options* result, std::string* log) {
  for (size_t i = 0; i < options.size(); i++) {
    const std::string& option = options[i];
    size_t equals = option.find('=');
    std::string key = option.substr(0, equals);
    bool good, took = false;
    if (equals != std::string::npos && (key == "--gpu-architecture" || key == "-arch")) {
      good = parse_architecture(option.substr(equals + 1), &result->architecture);
    } else {
      const std::string* next = i + 1 < options.size() ? &options[i + 1] : nullptr;
      good = ignored(option) || preprocessor(option, next, result, &took);
    }
    if (!good) {
      *log = "nvrtc: error: invalid value for or unrecognized option: " + option + "\n";
      return false;
    }
    if (took) i++;
  }
  result->macros = define("__CUDA_ARCH__=" + result->architecture + "0") + result->macros;
  return true;
}

}  // namespace stand_in

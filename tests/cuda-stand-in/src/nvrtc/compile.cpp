// The way from CUDA C to a shared object: g++'s preprocessor, the translation of CUDA's words, the
// table of kernels, and g++.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>

#include "kernel_module.h"
#include "nvrtc.h"

extern char** environ;

namespace stand_in {
namespace {

using Strings = std::vector<std::string>;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string environment(const char* variable, const std::string& otherwise) {
  const char* value = getenv(variable);
  return value && *value ? value : otherwise;
}

// The headers for kernels lie beside this library.
const std::string& device_folder() {
  static const std::string folder = [] {
    Dl_info info;
    dladdr(reinterpret_cast<void*>(&compile), &info);
    std::string path = info.dli_fname;
    return path.substr(0, path.rfind('/')) + "/device";
  }();
  return folder;
}

uint64_t hash(const std::string& text, uint64_t h) {  // FNV-1a
  for (unsigned char c : text) h = (h ^ c) * 1099511628211u;
  return (h ^ 0xFF) * 1099511628211u;  // "ab", "c" is not "a", "bc"
}

// Runs a command; its standard error goes to the end of the file. True: it succeeded.
bool succeeds(const Strings& command, const std::string& errors) {
  std::vector<char*> arguments, variables;
  for (const std::string& a : command) arguments.push_back(const_cast<char*>(a.c_str()));
  arguments.push_back(nullptr);
  for (char** v = environ; *v; v++) {
    // What steers the loading of our own libraries must not reach the compiler's.
    bool loader = !strncmp(*v, "LD_LIBRARY_PATH=", 16) || !strncmp(*v, "LD_PRELOAD=", 11);
    if (!loader) variables.push_back(*v);
  }
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, errors.c_str(), O_CREAT | O_WRONLY | O_APPEND,
                                   0644);
  pid_t process;
  int error =
      posix_spawnp(&process, arguments[0], &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  if (error) {
    write_file(errors, command[0] + ": " + strerror(error) + "\n");
    return false;
  }
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A folder for one compilation, removed with all that is in it.
class WorkFolder {
 public:
  explicit WorkFolder(const std::string& name) : path_(name) { mkdir(path_.c_str(), 0755); }

  ~WorkFolder() {
    for (const std::string& file : files_) unlink(file.c_str());
    for (auto folder = folders_.rbegin(); folder != folders_.rend(); ++folder) {
      rmdir(folder->c_str());
    }
    rmdir(path_.c_str());
  }

  const std::string& path() const { return path_; }

  // Where a file of this name belongs; it goes with the folder.
  std::string file(const std::string& name) {
    for (size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      folders_.push_back(path_ + "/" + name.substr(0, slash));
      mkdir(folders_.back().c_str(), 0755);
    }
    files_.push_back(path_ + "/" + name);
    return files_.back();
  }

 private:
  std::string path_;
  Strings files_;
  Strings folders_;
};

// The bounds of arrays and the alignment of what is read as float4 are checked as on a GPU's
// sanitizer.
const Strings kCompile = {"-O1",
                          "-x",
                          "c++-cpp-output",
                          "-std=c++17",
                          "-shared",
                          "-fPIC",
                          "-nostartfiles",
                          "-fvisibility=hidden",
                          "-Wl,-Bsymbolic",
                          "-fno-exceptions",
                          "-fno-rtti",
                          "-fno-asynchronous-unwind-tables",
                          "-fno-threadsafe-statics",
                          "-fno-gnu-unique",  // a template's variables belong to one module
                          "-fno-strict-aliasing",
                          "-fwrapv",
                          "-fno-math-errno",
                          "-ffp-contract=off",
                          "-fsanitize=bounds,alignment",
                          "-fsanitize-undefined-trap-on-error",
                          "-Wno-attributes",
                          "-Werror=vla"};  // which NVRTC does not have

std::string kernel_table(const std::vector<KernelName>& kernels, const Strings& expressions) {
  std::ostringstream out;
  out << "\n# 1 \"kernel table\"\n"
      << "extern \"C\" {\n"
      << "extern char __start_stand_in_shared[] __attribute__((weak, visibility(\"hidden\")));\n"
      << "extern char __stop_stand_in_shared[] __attribute__((weak, visibility(\"hidden\")));\n"
      << "}\n"
      << "static const stand_in::Kernel stand_in_kernels[] = {\n";
  for (const KernelName& k : kernels) {
    out << "  stand_in::KernelEntry<&" << k.name << ">::entry(" << k.most_threads << "),\n";
  }
  for (const std::string& e : expressions) {
    out << "  stand_in::KernelEntry<&" << e << ">::entry(),\n";
  }
  out << "  {}};\n"
      << "extern \"C\" {\n"
      << "__attribute__((visibility(\"default\"))) stand_in::Module stand_in_module = {"
      << "stand_in::kModuleVersion, stand_in_kernels, " << kernels.size() + expressions.size()
      << ", &stand_in::registers, &stand_in::runtime, __start_stand_in_shared, "
      << "__stop_stand_in_shared};\n}\n";
  return out.str();
}

// Everything that the result depends on.
std::string cache_name(const Options& options, const Program& program) {
  uint64_t h = hash(program.name, hash(program.source, emulation_hash()));
  h = hash(options.macros, h);
  for (const std::string& path : options.include_paths) h = hash(path, h);
  for (const Header& header : program.headers) h = hash(header.text, hash(header.name, h));
  for (const std::string& expression : program.expressions) h = hash(expression, h);
  h = hash(environment("STAND_IN_CXXFLAGS", ""), h);
  char name[64];
  snprintf(name, sizeof name, "%016lx%016lx", static_cast<unsigned long>(h),
           static_cast<unsigned long>(hash(program.source, ~h)));
  return name;
}

std::string cache_folder() {
  std::string folder =
      environment("STAND_IN_CACHE",
                  environment("TMPDIR", "/tmp") + "/cuda-stand-in-" + std::to_string(getuid()));
  mkdir(folder.c_str(), 0700);
  return folder;
}

bool preprocess(const Options& options, const Program& program, WorkFolder* work) {
  for (const Header& header : program.headers) write_file(work->file(header.name), header.text);
  std::string source = work->file("program.cpp");
  write_file(source, "#include \"" + device_folder() + "/prelude.h\"\n" + options.macros +
                         "# 1 \"" + program.name + "\"\n" + program.source + "\n");
  // -undef: g++'s own macros (__linux__, __FLT_MAX__, ...) are not NVRTC's.
  Strings command = {
      "g++",       "-E",          "-x",      "c++",           "-std=c++17",       "-undef",
      "-nostdinc", "-nostdinc++", "-iquote", device_folder(), "-I" + work->path()};
  for (const std::string& path : options.include_paths) command.push_back("-I" + path);
  command.insert(command.end(), {source, "-o", work->file("program.ii")});
  return succeeds(command, work->file("log"));
}

// False after leaving the errors in the log's file.
bool build(const Options& options, const Program& program, WorkFolder* work) {
  if (!preprocess(options, program, work)) return false;
  std::string text = read_file(work->path() + "/program.ii");
  size_t begin = text.find("# 1 \"" + program.name + "\"");
  if (begin == std::string::npos) return false;
  Translation translation = translate(text.substr(begin));
  if (!translation.errors.empty()) {
    write_file(work->path() + "/log", translation.errors);
    return false;
  }
  std::string translated = work->file("translated.ii");
  write_file(translated, text.substr(0, begin) + translation.text +
                             kernel_table(translation.kernels, program.expressions));
  Strings command = {"g++"};
  command.insert(command.end(), kCompile.begin(), kCompile.end());
  std::istringstream extra(environment("STAND_IN_CXXFLAGS", ""));
  command.insert(command.end(), std::istream_iterator<std::string>(extra), {});
  command.insert(command.end(), {translated, "-o", work->file("module.so"), "-lm"});
  return succeeds(command, work->path() + "/log");
}

// The mangled names of the instances of templates, by the addresses in the module's table.
bool find_lowered_names(const std::string& path, Program* program) {
  if (program->expressions.empty()) return true;
  void* library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  auto* module = library ? static_cast<const Module*>(dlsym(library, "stand_in_module")) : nullptr;
  if (!module) {
    program->log += path + " cannot be loaded\n";
    return false;
  }
  const Kernel* kernel = module->kernels + module->kernel_count - program->expressions.size();
  for (const std::string& expression : program->expressions) {
    Dl_info info;
    if (dladdr(kernel++->function, &info) && info.dli_sname) {
      program->lowered_names[expression] = info.dli_sname;
    }
  }
  dlclose(library);
  return true;
}

}  // namespace

uint64_t emulation_hash() {
  static const uint64_t result = [] {
    uint64_t h = hash(__VERSION__, 14695981039346656037u);
    for (const char* name : {"prelude.h", "vectors.h", "warp.h", "atomics.h", "arithmetic.h",
                             "math.h", "kernel_table.h", "kernel_module.h"}) {
      h = hash(read_file(device_folder() + "/" + name), h);
    }
    for (const std::string& flag : kCompile) h = hash(flag, h);
    return hash(kernel_table({}, {}), h);
  }();
  return result;
}

int compile(const Options& options, Program* program) {
  std::string cached = cache_folder() + "/" + cache_name(options, *program);
  std::string module = cached + ".so";
  if (access(module.c_str(), R_OK)) {
    char unique[64];
    snprintf(unique, sizeof unique, ".%d.%p", getpid(), static_cast<void*>(program));
    WorkFolder work(cached + unique);
    bool built = build(options, *program, &work);
    program->log = read_file(work.path() + "/log");
    if (!built) return kNvrtcCompilation;
    // Into its place at once: others may compile the same.
    if (rename((work.path() + "/module.so").c_str(), module.c_str())) return kNvrtcInternalError;
  }
  program->image = read_file(module);
  return find_lowered_names(module, program) ? kNvrtcSuccess : kNvrtcInternalError;
}

}  // namespace stand_in

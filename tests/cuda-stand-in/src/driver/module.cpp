#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base64.h"
#include "kernel.h"
#include "memory.h"
#include "stream.h"

namespace stand_in {
namespace {

std::vector<LoadedModule*>& modules() {
  static auto* all = new std::vector<LoadedModule*>;
  return *all;
}

LoadedModule* module_of(void* handle, const char* api) {
  auto& all = modules();
  auto found = std::find(all.begin(), all.end(), handle);
  if (found != all.end() && (*found)->live) return *found;
  standInSay("%s: %p is no loaded module", api, handle);
  return nullptr;
}

// The shared object in an image: a "cubin" is one, "PTX" carries one as text. Neither comes with a
// size.
int shared_object(const char* image, std::string* bytes) {
  constexpr int kCudaMachine = 190;
  if (!memcmp(image, ELFMAG, SELFMAG)) {
    auto* header = reinterpret_cast<const Elf64_Ehdr*>(image);
    if (header->e_machine == kCudaMachine) {
      standInSay("cuModuleLoadData: the image is for a real GPU");
      return kNoBinaryForGpu;
    }
    bytes->assign(image, header->e_shoff + size_t{header->e_shnum} * header->e_shentsize);
    return kSuccess;
  }
  const char* text = strstr(image, kImageMark);
  if (!text) {
    standInSay("cuModuleLoadData: the image was not made by the stand-in for NVRTC");
    return kInvalidImage;
  }
  *bytes = base64_decode(text + strlen(kImageMark));
  return kSuccess;
}

// Loads a copy of its own under a name of its own: dlopen gives what it has already loaded by a
// name.
void* load(const std::string& bytes) {
  const char* folder = getenv("TMPDIR");
  std::string path = std::string(folder ? folder : "/tmp") + "/cuda-stand-in-XXXXXX";
  int file = mkstemp(path.data());
  if (file < 0) {
    standInSay("cuModuleLoadData: cannot write to %s", path.c_str());
    return nullptr;
  }
  bool written = write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  close(file);
  void* library = written ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (!library) standInSay("cuModuleLoadData: %s", written ? dlerror() : "the disk is full");
  unlink(path.c_str());
  return library;
}

int load_module(void** result, const void* image) {
  if (!result || !image) return kInvalidValue;
  std::string bytes;
  if (int error = shared_object(static_cast<const char*>(image), &bytes)) return error;
  void* library = load(bytes);
  if (!library) return kSharedObjectInitFailed;
  auto* module = static_cast<const Module*>(dlsym(library, "stand_in_module"));
  if (!module || module->version != kModuleVersion) {
    standInSay("cuModuleLoadData: the image is of another version of the stand-in");
    dlclose(library);
    return kInvalidImage;
  }
  auto* loaded = new LoadedModule{true, library, module, {}, {}};
  modules().push_back(loaded);
  counters.handles++;
  *result = loaded;
  return kSuccess;
}

// The kernel with this (mangled) name, or null.
const Kernel* find_kernel(const Module& module, const char* name) {
  for (int i = 0; i < module.kernel_count; i++) {
    Dl_info info;
    bool named = dladdr(module.kernels[i].function, &info) && info.dli_sname;
    if (named && !strcmp(info.dli_sname, name)) return &module.kernels[i];
  }
  return nullptr;
}

}  // namespace

Function* function_of(void* handle, const char* api) {
  for (LoadedModule* module : modules()) {
    for (auto& function : module->functions) {
      if (function.get() == handle && module->live) return function.get();
    }
  }
  standInSay("%s: %p is no function of a loaded module", api, handle);
  return nullptr;
}

}  // namespace stand_in

using namespace stand_in;

STAND_IN_API int cuModuleLoadData(void** module, const void* image) {
  Call call("cuModuleLoadData");
  return call.error() ? call.error() : load_module(module, image);
}

STAND_IN_API int cuModuleLoadDataEx(void** module, const void* image, unsigned, int*, void**) {
  return cuModuleLoadData(module, image);
}

STAND_IN_API int cuModuleLoad(void** module, const char* path) {
  Call call("cuModuleLoad");
  if (call.error()) return call.error();
  std::ifstream file(path, std::ios::binary);
  if (!file) return kFileNotFound;
  std::string image{std::istreambuf_iterator<char>(file), {}};
  return load_module(module, image.c_str());
}

STAND_IN_API int cuModuleUnload(void* handle) {
  Call call("cuModuleUnload", Call::kRelease);
  if (call.error()) return call.error();
  LoadedModule* module = module_of(handle, "cuModuleUnload");
  if (!module) return kInvalidHandle;
  run_all_streams();
  module->live = false;
  for (Address global : module->globals) remove_global(global);
  dlclose(module->library);
  counters.handles--;
  return call.released(kSuccess);
}

STAND_IN_API int cuModuleGetFunction(void** function, void* handle, const char* name) {
  Call call("cuModuleGetFunction");
  if (call.error()) return call.error();
  LoadedModule* module = module_of(handle, "cuModuleGetFunction");
  if (!module) return kInvalidHandle;
  for (auto& known : module->functions) {
    if (known->name != name) continue;
    *function = known.get();
    return kSuccess;
  }
  const Kernel* kernel = find_kernel(*module->module, name);
  if (!kernel) {
    standInSay("cuModuleGetFunction: no kernel '%s'", name);
    return kNotFound;
  }
  module->functions.emplace_back(new Function{name, kernel, module, kSharedWithoutOptIn});
  *function = module->functions.back().get();
  return kSuccess;
}

STAND_IN_API int cuModuleGetGlobal_v2(Address* p, size_t* bytes, void* handle, const char* name) {
  Call call("cuModuleGetGlobal");
  if (call.error()) return call.error();
  LoadedModule* module = module_of(handle, "cuModuleGetGlobal");
  if (!module) return kInvalidHandle;
  void* variable = dlsym(module->library, name);
  Dl_info info;
  ElfW(Sym)* symbol = nullptr;
  if (!variable || !dladdr1(variable, &info, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) ||
      !symbol) {
    standInSay("cuModuleGetGlobal: no variable '%s'", name);
    return kNotFound;
  }
  Address address = reinterpret_cast<Address>(variable);
  add_global(address, symbol->st_size);
  module->globals.push_back(address);
  if (p) *p = address;
  if (bytes) *bytes = symbol->st_size;
  return kSuccess;
}

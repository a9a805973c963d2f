#include "memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstring>
#include <map>

namespace stand_in {
namespace {

// A fixed place tells device addresses from all others. Addresses are never used again, so that a
// use after free cannot meet another allocation.
constexpr Address kArena = 0x300000000000;
constexpr size_t kArenaBytes = size_t{1} << 42;
constexpr size_t kGap = 1 << 20;  // between allocations: an index far out still hits nothing
constexpr size_t kPage = 4096;
constexpr int kFilling = 0xFF;  // NaN in every floating-point type
constexpr size_t kDeviceBytes = size_t{16} << 30;

Address next_pages = kArena + kGap;

// By their pages' address; those that were freed stay, for errors' texts.
std::map<Address, Allocation>& allocations() {
  static auto* all = new std::map<Address, Allocation>;
  return *all;
}

std::map<Address, size_t>& globals() {
  static auto* all = new std::map<Address, size_t>;
  return *all;
}

size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

// The allocation whose pages or guards p lies in.
Allocation* nearest(Address p) {
  auto& all = allocations();
  auto after = all.upper_bound(p);
  if (after != all.begin()) {
    Allocation& before = std::prev(after)->second;
    if (p < before.pages + before.page_bytes + kGap / 2) return &before;
  }
  if (after != all.end() && after->second.pages - p < kGap) return &after->second;
  return nullptr;
}

void fill(Address begin, Address end) {
  memset(reinterpret_cast<void*>(begin), kFilling, end - begin);
}

// The first byte that is not the filling, or end.
Address first_change(Address begin, Address end) {
  for (Address p = begin; p < end; p++) {
    if (*reinterpret_cast<const unsigned char*>(p) != kFilling) return p;
  }
  return end;
}

}  // namespace

int reserve_arena() {
  void* wanted = reinterpret_cast<void*>(kArena);
  void* p = mmap(wanted, kArenaBytes, PROT_NONE,
                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (p == wanted) return kSuccess;
  standInSay("cuInit: no place for the arena of device addresses");
  return kUnknown;
}

bool in_arena(Address p) { return p >= kArena && p < kArena + kArenaBytes; }

size_t device_bytes() { return knobs.memory_limit ? knobs.memory_limit : kDeviceBytes; }

int allocate(Address* p, size_t bytes, const char* api, bool host) {
  if (!bytes || !p) {
    standInSay("%s: %s", api, p ? "0 bytes" : "null pointer for the result");
    return kInvalidValue;
  }
  long id = ++counters.allocation_calls;
  if (knobs.allocation.strikes()) {
    standInSay("%s: injected out of memory (%zu bytes)", api, bytes);
    return kOutOfMemory;
  }
  size_t limit = device_bytes();
  if (!host && counters.live_bytes + bytes > limit) {
    standInSay("%s: out of memory: %zu bytes wanted, %zu of %zu free", api, bytes,
               limit - counters.live_bytes, limit);
    return kOutOfMemory;
  }
  // At the end of its pages, as near to the guard as the alignment lets it.
  size_t used = round_up(bytes, knobs.alignment);
  size_t page_bytes = round_up(used, kPage);
  Address pages = next_pages;
  if (pages + page_bytes + kGap > kArena + kArenaBytes) return kOutOfMemory;
  // Fails when the process has too many mappings.
  if (mprotect(reinterpret_cast<void*>(pages), page_bytes, PROT_READ | PROT_WRITE)) {
    standInSay("%s: the host has no memory for %zu bytes", api, bytes);
    return kOutOfMemory;
  }
  next_pages = pages + page_bytes + kGap;
  fill(pages, pages + page_bytes);
  Address begin = pages + page_bytes - used;
  allocations()[pages] = {begin, bytes, pages, page_bytes, id, api, true, host};
  counters.live_allocations++;
  if (!host) counters.live_bytes += bytes;
  *p = begin;
  return kSuccess;
}

int release(Address p, const char* api, bool host) {
  Allocation* allocation = in_arena(p) ? nearest(p) : nullptr;
  if (!allocation || allocation->begin != p || allocation->host != host) {
    standInSay("%s: not what an allocation returned: %s", api, describe(p).c_str());
    return kInvalidValue;
  }
  if (!allocation->live) {
    standInSay("%s: double free: %s", api, describe(p).c_str());
    return kInvalidValue;
  }
  int result = check_slack(*allocation, api);
  allocation->live = false;
  counters.live_allocations--;
  if (!host) counters.live_bytes -= allocation->bytes;
  mmap(reinterpret_cast<void*>(allocation->pages), allocation->page_bytes, PROT_NONE,
       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  return result;
}

const Allocation* live_allocation(Address p) {
  if (!in_arena(p)) return nullptr;
  const Allocation* allocation = nearest(p);
  bool inside = allocation && allocation->live && p >= allocation->begin && p <= allocation->end();
  return inside ? allocation : nullptr;
}

std::string describe(Address p) {
  if (!p) return "a null pointer";
  char text[256];
  auto address = static_cast<unsigned long>(p);
  const Allocation* near = in_arena(p) ? nearest(p) : nullptr;
  if (!near) {
    const char* where =
        in_arena(p) ? "near no allocation" : "not a device address (a host pointer?)";
    snprintf(text, sizeof text, "0x%lx: %s", address, where);
    return text;
  }
  char what[128];
  snprintf(what, sizeof what, "%s allocation #%ld (%s, %zu bytes)", near->live ? "live" : "FREED",
           near->id, near->api, near->bytes);
  if (p < near->begin) {
    snprintf(text, sizeof text, "0x%lx: %zu bytes BEFORE %s", address, size_t(near->begin - p),
             what);
  } else if (p >= near->end()) {
    snprintf(text, sizeof text, "0x%lx: %zu bytes PAST THE END of %s", address,
             size_t(p - near->end()), what);
  } else {
    snprintf(text, sizeof text, "0x%lx: offset %zu in %s", address, size_t(p - near->begin), what);
  }
  return text;
}

int check_device(const char* api, Address p, size_t bytes) {
  if (!bytes || in_global(p, bytes)) return kSuccess;
  const Allocation* allocation = live_allocation(p);
  if (allocation && !allocation->host && bytes <= allocation->end() - p) return kSuccess;
  standInSay("%s: %zu bytes of device memory expected at %s%s", api, bytes, describe(p).c_str(),
             allocation && allocation->host ? ", which is pinned host memory" : "");
  return kInvalidValue;
}

int check_host(const char* api, const void* p, size_t bytes) {
  if (!bytes) return kSuccess;
  Address address = reinterpret_cast<Address>(p);
  if (address && !in_arena(address)) return kSuccess;
  const Allocation* allocation = live_allocation(address);
  if (allocation && allocation->host && bytes <= allocation->end() - address) return kSuccess;
  standInSay("%s: %zu bytes of host memory expected at %s", api, bytes, describe(address).c_str());
  return kInvalidValue;
}

int check_slack(const Allocation& a, const char* when) {
  Address end = a.pages + a.page_bytes;
  Address before = first_change(a.pages, a.begin);
  Address after = first_change(a.end(), end);
  if (before == a.begin && after == end) return kSuccess;
  if (before != a.begin) {
    standInSay("%s: something was written %zu bytes BEFORE allocation #%ld (%zu bytes)", when,
               size_t(a.begin - before), a.id, a.bytes);
  } else {
    standInSay("%s: something was written %zu bytes PAST THE END of allocation #%ld (%zu bytes)",
               when, size_t(after - a.end()), a.id, a.bytes);
  }
  fill(a.pages, a.begin);
  fill(a.end(), end);
  return kIllegalAddress;
}

void add_global(Address p, size_t bytes) { globals()[p] = bytes; }

void remove_global(Address p) { globals().erase(p); }

bool in_global(Address p, size_t bytes) {
  auto after = globals().upper_bound(p);
  if (after == globals().begin()) return false;
  const auto& global = *std::prev(after);
  return p - global.first <= global.second && bytes <= global.second - (p - global.first);
}

void report_allocations() {
  int said = 0;
  for (const auto& entry : allocations()) {
    const Allocation& a = entry.second;
    if (!a.live) continue;
    if (said++ == 10) break;
    standInSay("  #%ld %s %zu bytes%s", a.id, a.api, a.bytes, a.host ? " (pinned)" : "");
  }
}

}  // namespace stand_in

using namespace stand_in;

int standInCheckDevice(const char* api, const void* p, size_t bytes) {
  Lock lock;
  return check_device(api, reinterpret_cast<Address>(p), bytes);
}

int standInCheckHost(const char* api, const void* p, size_t bytes) {
  Lock lock;
  return check_host(api, p, bytes);
}

// Device and pinned memory: an arena of addresses in which every allocation has pages of its own
// between guards that cannot be accessed.
#pragma once

#include <string>

#include "driver.h"

namespace stand_in {

struct Allocation {
  Address begin;
  size_t bytes;
  Address pages;  // what is mapped around it; the slack must keep its filling
  size_t page_bytes;
  long id;
  const char* api;
  bool live;
  bool host;  // pinned host memory

  Address end() const { return begin + bytes; }
};

// Reserves the arena's addresses; a CUresult.
int reserve_arena();

bool in_arena(Address p);

// The memory that the device claims to have, or the limit set.
size_t device_bytes();

int allocate(Address* p, size_t bytes, const char* api, bool host);
int release(Address p, const char* api, bool host);

// The live allocation that p lies in or one past the end of, or null.
const Allocation* live_allocation(Address p);

// Where an address is, for an error's text.
std::string describe(Address p);

// 0, or kInvalidValue after saying what is wrong.
int check_device(const char* api, Address p, size_t bytes);
int check_host(const char* api, const void* p, size_t bytes);

// 0, or kIllegalAddress after saying how far outside the allocation something was written; the
// slack is filled anew, so that a write is reported once.
int check_slack(const Allocation& allocation, const char* when);

// Variables of a loaded module (__device__, __constant__) are device memory outside the arena.
void add_global(Address p, size_t bytes);
void remove_global(Address p);
bool in_global(Address p, size_t bytes);

// Says which allocations live.
void report_allocations();

}  // namespace stand_in

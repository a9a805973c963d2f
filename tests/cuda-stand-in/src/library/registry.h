// The objects of a library that are alive: handles and descriptors.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "stand_in.h"

namespace stand_in {

/**
 * Owns all objects of one type. A pointer from the caller is looked up, never followed blindly: one
 * that was destroyed or belongs to another type is found out instead of being read.
 */
template <class T>
class Registry {
 public:
  static Registry& of() {
    static Registry registry;
    return registry;
  }

  T* create() {
    std::lock_guard<std::mutex> guard(lock_);
    auto object = std::make_unique<T>();
    T* address = object.get();
    alive_[address] = std::move(object);
    standInHandles(1);
    return address;
  }

  /** The object at this address, or null when none of this type lives there. */
  T* find(const void* address) {
    std::lock_guard<std::mutex> guard(lock_);
    auto found = alive_.find(address);
    return found == alive_.end() ? nullptr : found->second.get();
  }

  /** False when no object of this type lives there. */
  bool destroy(const void* address) {
    std::lock_guard<std::mutex> guard(lock_);
    if (alive_.erase(address) == 0) return false;
    standInHandles(-1);
    return true;
  }

 private:
  std::mutex lock_;
  std::unordered_map<const void*, std::unique_ptr<T>> alive_;
};

}  // namespace stand_in

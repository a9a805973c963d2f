// A kernel's entry in the module's table. Sizes and kinds of its parameters come from its C++ type.
#pragma once

namespace stand_in {

template <unsigned... I>
struct Indices {};
template <unsigned N, unsigned... I>
struct MakeIndices : MakeIndices<N - 1, N - 1, I...> {};
template <unsigned... I>
struct MakeIndices<0, I...> {
  typedef Indices<I...> type;
};

template <class T>
struct IsPointer {
  enum { value = 0 };
};
template <class T>
struct IsPointer<T*> {
  enum { value = 1 };
};
template <class T>
struct IsPointer<T* const> {
  enum { value = 1 };
};

template <class T>
struct Plain {
  typedef T type;
};
template <class T>
struct Plain<const T> {
  typedef T type;
};

template <auto function>
struct KernelEntry;

template <class... A, void (*function)(A...)>
struct KernelEntry<function> {
  // One more than there are, since there may be none.
  static inline const unsigned sizes[] = {static_cast<unsigned>(sizeof(A))..., 0};
  static inline const unsigned alignments[] = {static_cast<unsigned>(alignof(A))..., 0};
  static inline const unsigned char pointers[] = {IsPointer<A>::value..., 0};

  template <unsigned... I>
  static void run(void** arguments, BlockProgress* progress, Indices<I...>) {
    (void)arguments;
    const unsigned x = registers.block_dim.x, y = registers.block_dim.y;
    while (progress->next < progress->count) {
      unsigned t = progress->next++;
      if (progress->order) t = progress->order[t];
      *progress->current = t;
      registers.thread = t < x ? Uint3{t, 0, 0} : Uint3{t % x, t / x % y, t / x / y};
      function(*static_cast<typename Plain<A>::type*>(arguments[I])...);
      progress->finished++;
    }
  }

  static void loop(void** arguments, BlockProgress* progress) {
    run(arguments, progress, typename MakeIndices<sizeof...(A)>::type());
  }

  static Kernel entry(int most_threads = 0) {
    return {reinterpret_cast<void*>(function),
            loop,
            static_cast<int>(sizeof...(A)),
            sizes,
            alignments,
            pointers,
            most_threads};
  }
};

}  // namespace stand_in

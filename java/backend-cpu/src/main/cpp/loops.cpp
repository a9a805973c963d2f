// Elementwise regions as loops over tiles, on OpenMP's threads: the same pool that oneDNN uses.
//
// This file is compiled once for each instruction set that is worth it; see variant.h. A program is a
// block of memory that NativeProgram.java lays out. It is read, never written; the elements of all tiles are independent, so that the
// number of threads does not change a bit of the results.

#include "functions.h"
#include "loops.h"
#include "variant.h"

#ifdef _OPENMP
#include <omp.h>
#endif

#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace {

constexpr int LINE = 64 / sizeof(float);

// Operands: a tile, by its address, or one of these.

struct Number {
  float value;
  float operator[](int) const { return value; }
};

// tile * scale + shift. One rounding: one of the two changes nothing, -0 as a shift no zero's sign.
struct Affine {
  const float* tile;
  float scale;
  float shift;
  float operator[](int i) const { return fma(tile[i], scale, shift); }
};

// Calls a function with the operand that a form describes.
template <typename F>
inline void with(const Operand& operand, const float* const* where, F f) {
  const float* tile = where[operand.value];
  float number = operand.number >= 0 ? where[operand.number][0] : 0;
  switch (operand.form) {
    case TILE_ITSELF: f(tile); break;
    case NUMBER: f(Number{tile[0]}); break;
    case SCALED: f(Affine{tile, number, -0.0f}); break;
    case RAISED: f(Affine{tile, 1, number}); break;
    case LOWERED: f(Affine{tile, 1, -number}); break;
    case SUBTRACTED: f(Affine{tile, -1, number}); break;
    case NEGATED: f(Affine{tile, -1, -0.0f}); break;
  }
}

template <typename A, typename F>
WITHOUT_CALLS inline void each(A a, float* y, int count, F f) {
#pragma omp simd
  for (int i = 0; i < count; i++) y[i] = f(a[i]);
}

template <typename A, typename B, typename F>
WITHOUT_CALLS inline void each(A a, B b, float* y, int count, F f) {
#pragma omp simd
  for (int i = 0; i < count; i++) y[i] = f(a[i], b[i]);
}

// Zeros, subnormal and negative numbers, infinities and NaN are rare: a tile without one needs a
// third less of arithmetic.
template <typename A>
void logarithms(A a, float* y, int n) {
  uint32_t odd = 0;
#pragma omp simd reduction(| : odd)
  for (int i = 0; i < n; i++) odd |= isPositiveNormal(a[i]) ? 0u : 1u;
  if (odd) {
    each(a, y, n, [](float x) { return logarithm(x); });
  } else {
    each(a, y, n, [](float x) { return logarithmOfNormal(x); });
  }
}

template <typename A>
void unary(int function, A a, float* y, int n) {
  switch (function) {
    case NEG: each(a, y, n, [](float x) { return -x; }); break;
    case ABS: each(a, y, n, [](float x) { return std::fabs(x); }); break;
    case SIGN: each(a, y, n, [](float x) { return sign(x); }); break;
    case FLOOR: each(a, y, n, [](float x) { return __builtin_floorf(x); }); break;
    case IS_FINITE:
      each(a, y, n, [](float x) { return (bits(x) & 0x7F800000u) != 0x7F800000u ? 1.0f : 0.0f; });
      break;
    case EXP: each(a, y, n, [](float x) { return exponential(x); }); break;
    case LOG: logarithms(a, y, n); break;
    case SQRT: each(a, y, n, [](float x) { return __builtin_sqrtf(x); }); break;
    case RSQRT: each(a, y, n, [](float x) { return 1.0f / __builtin_sqrtf(x); }); break;
    case TANH: each(a, y, n, [](float x) { return hyperbolicTangent(x); }); break;
    case SIGMOID: each(a, y, n, [](float x) { return 1.0f / (1.0f + exponential(-x)); }); break;
    case SOFTPLUS: each(a, y, n, [](float x) { return softplus(x); }); break;
    case ERF: each(a, y, n, [](float x) { return errorFunction(x); }); break;
    case SIN:
      for (int i = 0; i < n; i++) y[i] = static_cast<float>(std::sin(static_cast<double>(a[i])));
      break;
    case COS:
      for (int i = 0; i < n; i++) y[i] = static_cast<float>(std::cos(static_cast<double>(a[i])));
      break;
  }
}

template <typename A, typename B>
void arithmetic(int function, A a, B b, float* y, int n) {
  switch (function) {
    case ADD: each(a, b, y, n, [](float p, float q) { return p + q; }); break;
    case SUB: each(a, b, y, n, [](float p, float q) { return p - q; }); break;
    case MUL: each(a, b, y, n, [](float p, float q) { return p * q; }); break;
    case DIV: each(a, b, y, n, [](float p, float q) { return p / q; }); break;
  }
}

template <typename A, typename B>
void compare(int function, A a, B b, float* y, int n) {
  switch (function) {
    case MIN: each(a, b, y, n, [](float p, float q) { return smaller(p, q); }); break;
    case MAX: each(a, b, y, n, [](float p, float q) { return larger(p, q); }); break;
    case LESS: each(a, b, y, n, [](float p, float q) { return p < q ? 1.0f : 0.0f; }); break;
    case LESS_EQUAL: each(a, b, y, n, [](float p, float q) { return p <= q ? 1.0f : 0.0f; }); break;
    case GREATER: each(a, b, y, n, [](float p, float q) { return p > q ? 1.0f : 0.0f; }); break;
    case GREATER_EQUAL:
      each(a, b, y, n, [](float p, float q) { return p >= q ? 1.0f : 0.0f; });
      break;
    case EQUAL: each(a, b, y, n, [](float p, float q) { return p == q ? 1.0f : 0.0f; }); break;
    case NOT_EQUAL: each(a, b, y, n, [](float p, float q) { return p != q ? 1.0f : 0.0f; }); break;
    case POW:
      for (int i = 0; i < n; i++) y[i] = power(a[i], b[i]);
      break;
  }
}

void binary(const Instruction& step, const float* const* where, float* y, int n) {
  const int function = static_cast<int>(step.function);
  with(step.a, where, [&](auto a) {
    with(step.b, where, [&](auto b) {
      constexpr bool affine =
          std::is_same<decltype(a), Affine>() || std::is_same<decltype(b), Affine>();
      if (function <= DIV) {
        arithmetic(function, a, b, y, n);
      } else if constexpr (!affine) {
        compare(function, a, b, y, n);
      }
    });
  });
}

void select(const float* condition, const float* a, const float* b, float* y, int n) {
#pragma omp simd
  for (int i = 0; i < n; i++) y[i] = condition[i] != 0 ? a[i] : b[i];
}

// Neighbours in memory, converted to F32.
void load(const Argument& argument, int64_t from, int count, float* tile) {
  switch (argument.type) {
    case F32:
      std::memcpy(tile, reinterpret_cast<const float*>(argument.address) + from,
                  count * sizeof(float));
      break;
    case I32: {
      const int32_t* x = reinterpret_cast<const int32_t*>(argument.address) + from;
      for (int i = 0; i < count; i++) tile[i] = static_cast<float>(x[i]);
      break;
    }
    case U8: {
      const uint8_t* x = reinterpret_cast<const uint8_t*>(argument.address) + from;
      for (int i = 0; i < count; i++) tile[i] = static_cast<float>(x[i]);
      break;
    }
  }
}

// The elements of a tensor that is repeated along some axes: runs of neighbours, or of one element.
void broadcast(const Argument& argument, int64_t from, int count, float* tile) {
  int64_t outer = from / argument.run;
  int64_t inner = from % argument.run;
  for (int done = 0; done < count; outer++, inner = 0) {
    int64_t left = argument.run - inner;
    int length = left < count - done ? static_cast<int>(left) : count - done;
    int64_t start = 0;
    int64_t rest = outer;
    for (int g = 0; g < argument.groups; g++) {
      start += rest % argument.sizes[g] * argument.steps[g];
      rest /= argument.sizes[g];
    }
    if (argument.repeats) {
      float value;
      load(argument, start, 1, &value);
      for (int i = 0; i < length; i++) tile[done + i] = value;
    } else {
      load(argument, start + inner, length, tile + done);
    }
    done += length;
  }
}

// Memory that a program walks through.
struct Stream {
  const float* start;
  bool written;
};

// Fetches the lines of coming tiles, some before each instruction: all at once they would hold up the
// instructions, for a core waits for few lines at a time. A program of one or two instructions reads
// and writes evenly enough for its stores to need no help.
class Prefetch {
 public:
  Prefetch(const Program& program, Stream* streams) : streams(streams) {
    for (int i = 0; i < program.arguments; i++) {
      if (program.argument[i].kind == READ_IN_PLACE) add(program.argument[i].address, false);
    }
    for (int i = 0; i < program.outputs && program.instructions > 2; i++) {
      add(program.output[i].address, true);
    }
    int lines = count * (TILE / LINE);
    int instructions = program.instructions < 1 ? 1 : static_cast<int>(program.instructions);
    share = (lines + instructions - 1) / instructions;
  }

  // The next lines of the tile that comes some tiles after the one that starts here.
  void next(int64_t tile) {
    for (int left = share; left > 0 && stream < count;) {
      const float* address = streams[stream].start + tile + AHEAD * TILE + line;
      int lines = (TILE - line) / LINE;
      if (lines > left) lines = left;
      if (streams[stream].written) {
        for (int i = 0; i < lines; i++) __builtin_prefetch(address + i * LINE, 1);
      } else {
        for (int i = 0; i < lines; i++) __builtin_prefetch(address + i * LINE, 0);
      }
      left -= lines;
      line += lines * LINE;
      if (line == TILE) {
        line = 0;
        stream++;
      }
    }
  }

  void restart() { stream = line = 0; }

 private:
  static constexpr int AHEAD = 4;  // tiles

  void add(int64_t address, bool written) {
    const float* start = reinterpret_cast<const float*>(address);
    for (int i = 0; i < count; i++) {
      if (streams[i].start == start) return;
    }
    streams[count++] = {start, written};
  }

  Stream* const streams;
  int count = 0;
  int share = 0;   // lines before each instruction
  int stream = 0;  // whose line comes next, and which
  int line = 0;
};

// The tiles from one to before another, for one thread with its own registers.
void tiles(const Program& program, int64_t from, int64_t to, float* registers) {
  const int filled = program.elements < TILE ? static_cast<int>(program.elements) : TILE;
  const float** where =
      static_cast<const float**>(__builtin_alloca(program.values * sizeof(const float*)));
  for (int v = 0; v < program.values; v++) where[v] = registers + program.registerOf[v] * TILE;
  for (int i = 0; i < program.constants; i++) {
    float* tile = const_cast<float*>(where[program.constant[i].value]);
    for (int k = 0; k < filled; k++) tile[k] = static_cast<float>(program.constant[i].number);
  }
  for (int i = 0; i < program.arguments; i++) {
    if (program.argument[i].kind == UNIFORM) {
      float value;
      load(program.argument[i], 0, 1, &value);
      float* tile = const_cast<float*>(where[i]);
      for (int k = 0; k < filled; k++) tile[k] = value;
    }
  }
  Prefetch prefetch(program, static_cast<Stream*>(__builtin_alloca(
                                 (program.arguments + program.outputs) * sizeof(Stream))));
  for (int64_t part = from; part < to; part++) {
    int64_t start = part * TILE;
    int count = program.elements - start < TILE ? static_cast<int>(program.elements - start) : TILE;
    for (int i = 0; i < program.arguments; i++) {
      const Argument& argument = program.argument[i];
      float* tile = registers + program.registerOf[i] * TILE;
      if (argument.kind == READ_IN_PLACE) {
        where[i] = reinterpret_cast<const float*>(argument.address) + start;
      } else if (argument.kind == COPIED) {
        load(argument, start, count, tile);
      } else if (argument.kind == BROADCAST) {
        broadcast(argument, start, count, tile);
      }
    }
    prefetch.restart();
    for (int i = 0; i < program.instructions; i++) {
      const Instruction& step = program.instruction[i];
      prefetch.next(start);
      float* y = step.direct >= 0
                     ? reinterpret_cast<float*>(program.output[step.direct].address) + start
                     : registers + program.registerOf[step.y] * TILE;
      switch (step.kind) {
        case UNARY:
          with(step.a, where, [&](auto a) { unary(static_cast<int>(step.function), a, y, count); });
          break;
        case BINARY: binary(step, where, y, count); break;
        case SELECT:
          select(where[step.a.value], where[step.b.value], where[step.c.value], y, count);
          break;
        case CHOOSE:
          // One flag for all elements: the value is where the chosen one is.
          where[step.y] = where[where[step.a.value][0] != 0 ? step.b.value : step.c.value];
          continue;
      }
      where[step.y] = y;
    }
    // All results before the first copy: an output may lie where an input does.
    for (int i = 0; i < program.outputs; i++) {
      float* y = reinterpret_cast<float*>(program.output[i].address) + start;
      const float* x = where[program.output[i].value];
      if (x != y) std::memmove(y, x, count * sizeof(float));
    }
  }
}

}  // namespace

void ENTRY(run)(const Program& program) {
  int64_t count = (program.elements + TILE - 1) / TILE;
  if (program.threads == 1) {
    tiles(program, 0, count, program.registers);
    return;
  }
#ifdef _OPENMP
#pragma omp parallel num_threads(program.threads)
  {
    int64_t threads = omp_get_num_threads();
    int64_t thread = omp_get_thread_num();
    tiles(program, count * thread / threads, count * (thread + 1) / threads,
          program.registers + thread * program.registerCount * TILE);
  }
#else
  tiles(program, 0, count, program.registers);
#endif
}

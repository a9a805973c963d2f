// Uniform numbers and dropout, on OpenMP's threads, with the bits that Philox.java gives. Compiled
// once for each instruction set, as loops.cpp is.
#include "random.h"

#include "variant.h"

namespace {

constexpr uint32_t M0 = 0xD2511F53;
constexpr uint32_t M1 = 0xCD9E8D57;
constexpr uint32_t W0 = 0x9E3779B9;
constexpr uint32_t W1 = 0xBB67AE85;

// Counters that are taken at once, for vectors of them, and the words that these give.
constexpr int BLOCKS = 32;
constexpr int WORDS = 4 * BLOCKS;

inline void generate(const Random& r, uint32_t first, uint32_t* words) {
  uint32_t step = *reinterpret_cast<const uint32_t*>(r.step);
  uint32_t microStep = *reinterpret_cast<const uint32_t*>(r.microStep);
  uint32_t seed = static_cast<uint32_t>(r.seed);
  uint32_t stream = static_cast<uint32_t>(r.stream);
  uint32_t y[4][BLOCKS];
#pragma omp simd
  for (int i = 0; i < BLOCKS; i++) {
    uint32_t c0 = first + i;
    uint32_t c1 = 0;
    uint32_t c2 = step;
    uint32_t c3 = microStep;
    uint32_t k0 = seed;
    uint32_t k1 = stream;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = static_cast<uint64_t>(M0) * c0;
      uint64_t p1 = static_cast<uint64_t>(M1) * c2;
      c0 = static_cast<uint32_t>(p1 >> 32) ^ c1 ^ k0;
      c1 = static_cast<uint32_t>(p1);
      c2 = static_cast<uint32_t>(p0 >> 32) ^ c3 ^ k1;
      c3 = static_cast<uint32_t>(p0);
      k0 += W0;
      k1 += W1;
    }
    y[0][i] = c0;
    y[1][i] = c1;
    y[2][i] = c2;
    y[3][i] = c3;
  }
  for (int i = 0; i < BLOCKS; i++) {
    for (int word = 0; word < 4; word++) words[4 * i + word] = y[word][i];
  }
}

inline void use(const Random& r, const uint32_t* words, int64_t start, int count) {
  float* y = reinterpret_cast<float*>(r.target) + start;
  if (r.source == 0) {
    for (int i = 0; i < count; i++) y[i] = static_cast<float>(words[i] >> 8) * 0x1p-24f;
    return;
  }
  const float* x = reinterpret_cast<const float*>(r.source) + start;
  uint32_t threshold = static_cast<uint32_t>(r.threshold);
  for (int i = 0; i < count; i++) {
    float scaled = static_cast<float>(x[i] * r.scale);
    y[i] = words[i] >= threshold ? scaled : 0;
  }
}

}  // namespace

void ENTRY(draw)(const Random& r) {
  int64_t parts = (r.elements + WORDS - 1) / WORDS;
#pragma omp parallel for num_threads(r.threads) schedule(static) if (r.threads > 1)
  for (int64_t part = 0; part < parts; part++) {
    uint32_t words[WORDS];
    int64_t start = part * WORDS;
    int64_t left = r.elements - start;
    generate(r, static_cast<uint32_t>(part * BLOCKS), words);
    use(r, words, start, static_cast<int>(left < WORDS ? left : WORDS));
  }
}

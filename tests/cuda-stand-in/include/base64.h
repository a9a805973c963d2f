// The text that stands for PTX: a header and, after a mark, the compiled module in base 64.
#pragma once

#include <string>

namespace stand_in {

constexpr const char* kImageMark = "// module:\n";

constexpr const char* kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

inline std::string base64_encode(const std::string& bytes) {
  std::string text;
  unsigned bits = 0;
  int held = 0;
  for (unsigned char byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 6; held -= 6) text += kBase64[bits >> (held - 6) & 63];
  }
  if (held) text += kBase64[bits << (6 - held) & 63];
  return text;
}

inline std::string base64_decode(const char* text) {
  const std::string digits = kBase64;
  int value[256];
  for (int& v : value) v = -1;
  for (int i = 0; i < 64; i++) value[static_cast<unsigned char>(digits[i])] = i;
  std::string bytes;
  unsigned bits = 0;
  int held = 0;
  for (; *text; text++) {
    int digit = value[static_cast<unsigned char>(*text)];
    if (digit < 0) continue;
    bits = bits << 6 | static_cast<unsigned>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 255);
  }
  return bytes;
}

}  // namespace stand_in

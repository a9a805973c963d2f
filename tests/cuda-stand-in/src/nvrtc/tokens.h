// Tokens of C++, as far as the translation of CUDA's words needs them.
#pragma once

#include <string>
#include <vector>

namespace stand_in {

struct Token {
  enum Kind {
    kWord,    // numbers, too
    kString,  // and characters
    kSpace,   // and lines of the preprocessor
    kMark,    // any other character
  } kind;
  std::string text;

  bool is(const char* other) const { return text == other; }
};

// All tokens of a text: put together they are the text again.
std::vector<Token> tokens_of(const std::string& text);

}  // namespace stand_in

#include "tokens.h"

#include <algorithm>
#include <cctype>

namespace stand_in {
namespace {

bool in_word(char c) { return isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The end of the token that begins at i.
size_t token_end(const std::string& s, size_t i, Token::Kind* kind) {
  char c = s[i];
  bool line_start = i == 0 || s[i - 1] == '\n';
  size_t j = i + 1;
  if (isspace(static_cast<unsigned char>(c))) {
    *kind = Token::kSpace;
  } else if (c == '#' && line_start) {  // a line's number, or a pragma
    *kind = Token::kSpace;
    j = std::min(s.find('\n', i), s.size());
  } else if (c == '"' || c == '\'') {
    *kind = Token::kString;
    while (j < s.size() && s[j] != c) j += s[j] == '\\' ? 2 : 1;
    j = std::min(j + 1, s.size());
  } else if (in_word(c)) {  // numbers, too
    *kind = Token::kWord;
    while (j < s.size() && in_word(s[j])) j++;
  } else {
    *kind = Token::kMark;
  }
  return j;
}

}  // namespace

std::vector<Token> tokens_of(const std::string& text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    Token::Kind kind;
    size_t end = token_end(text, i, &kind);
    tokens.push_back({kind, text.substr(i, end - i)});
    i = end;
  }
  return tokens;
}

}  // namespace stand_in

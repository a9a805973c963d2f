// CUDA's qualifiers in C++ for g++. The text has been through the preprocessor, so that kernels
// which macros make are seen, too; lines stay where they are.
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

#include "nvrtc.h"
#include "tokens.h"

namespace stand_in {
namespace {

class Translator {
 public:
  explicit Translator(const std::string& text) : tokens_(tokens_of(text)) {}

  Translation run() {
    while (at_ < tokens_.size()) step();
    return result_;
  }

 private:
  enum Scope { kNamespace, kExternC, kOther };

  void step() {
    Token& token = tokens_[at_];
    switch (token.kind) {
      case Token::kSpace:
        if (starts_line_mark(token.text)) line_mark_ = token.text;
        emit(token.text);
        at_++;
        return;
      case Token::kWord:
        word(token);
        return;
      case Token::kString:
        declaration_.push_back(token.text);
        break;
      case Token::kMark:
        mark(token.text[0]);
        break;
    }
    emit(token.text);
    at_++;
  }

  // ---- scopes: which braces a declaration stands in

  bool at_namespace_scope() const {
    return std::find(scopes_.begin(), scopes_.end(), kOther) == scopes_.end();
  }

  bool declares(const char* word) const {
    return std::find(declaration_.begin(), declaration_.end(), word) != declaration_.end();
  }

  bool c_linkage() const {
    return declares("\"C\"") ||
           std::find(scopes_.begin(), scopes_.end(), kExternC) != scopes_.end();
  }

  void mark(char c) {
    if (c == '{') {
      open_scope();
    } else if (c == '}') {
      if (!scopes_.empty()) scopes_.pop_back();
      end_declaration();
    } else if (c == ';') {
      end_declaration();
    } else {
      declaration_.push_back(std::string(1, c));
    }
  }

  void open_scope() {
    bool outer = at_namespace_scope();
    if (outer && declares("namespace")) {
      scopes_.push_back(kNamespace);
    } else if (outer && declaration_ == std::vector<std::string>{"extern", "\"C\""}) {
      scopes_.push_back(kExternC);
    } else {
      if (outer) check_function();
      scopes_.push_back(kOther);
    }
    end_declaration();
  }

  void end_declaration() {
    declaration_.clear();
    bounds_.clear();
  }

  // NVRTC lets nothing on the device call a function that is not declared for it.
  void check_function() {
    static const char* const kAllowed[] = {"__device__", "__global__", "constexpr", "struct",
                                           "class",      "union",      "enum",      "="};
    if (!declares("(")) return;
    for (const char* word : kAllowed) {
      if (declares(word)) return;
    }
    error("a function without __device__ or __global__");
  }

  // ---- words

  void word(const Token& token) {
    static const std::set<std::string> kRemoved = {"__device__", "__host__", "__managed__"};
    const std::string name = token.text;  // a copy: the position moves
    declaration_.push_back(name);
    size_t next = skip_space(at_ + 1);
    bool before_shared = next < tokens_.size() && tokens_[next].is("__shared__");
    if (name == "extern" && before_shared) {
      at_ = next;
      dynamic_shared();
      return;
    }
    at_++;
    if (name == "static" && before_shared) return;
    if (name == "__launch_bounds__") {
      launch_bounds();
    } else if (name == "__global__") {
      if (c_linkage()) kernel();
      emit(kExported);
    } else if (name == "__device__" || name == "__constant__") {
      emit(kExported);  // a variable's name is looked up by cuModuleGetGlobal
    } else if (name == "__shared__") {
      check_no_initializer();
      emit("static __attribute__((section(\"stand_in_shared\")))");
    } else if (name == "__forceinline__") {
      emit("inline __attribute__((always_inline))");
    } else if (name == "__noinline__") {
      emit("__attribute__((noinline))");
    } else if (!kRemoved.count(name)) {
      check_builtin(name);
      emit(name);
    }
  }

  // Shared memory begins with whatever is there.
  void check_no_initializer() {
    for (size_t i = at_; i < tokens_.size() && !tokens_[i].is(";"); i++) {
      if (tokens_[i].is("=") || tokens_[i].is("{")) {
        error("an initializer of a __shared__ variable");
        return;
      }
    }
  }

  // g++ knows these without a header; NVRTC knows none of them but a few.
  void check_builtin(const std::string& name) {
    static const std::set<std::string> kKnown = {"__builtin_assume_aligned", "__builtin_expect",
                                                 "__builtin_unreachable", "__builtin_assume"};
    if (name.rfind("__builtin_", 0) == 0 && !kKnown.count(name)) {
      error("identifier \"" + name + "\" is undefined");
    }
  }

  // The kernel's name: the last word in front of its parameters. Its bounds may stand before or
  // after
  // __global__.
  void kernel() {
    KernelName kernel{"", bounds_};
    for (size_t i = at_; i < tokens_.size() && !tokens_[i].is(";") && !tokens_[i].is("{"); i++) {
      if (tokens_[i].kind == Token::kWord) kernel.name = tokens_[i].text;
      if (!tokens_[i].is("(")) continue;
      if (kernel.name == "__launch_bounds__") kernel.most_threads = first_argument(i);
      static const std::set<std::string> kAttributes = {"__attribute__", "alignas",
                                                        "__launch_bounds__"};
      if (!kAttributes.count(kernel.name)) break;
      i = closing(i);
    }
    for (KernelName& known : result_.kernels) {
      if (known.name != kernel.name) continue;
      if (known.most_threads.empty()) known.most_threads = kernel.most_threads;
      return;
    }
    result_.kernels.push_back(kernel);
  }

  void launch_bounds() {
    size_t open = skip_space(at_);
    bounds_ = first_argument(open);
    for (at_ = open; at_ < closing(open); at_++) {
      if (tokens_[at_].kind == Token::kSpace) emit(tokens_[at_].text);  // lines stay where they are
    }
    at_++;
  }

  // What stands between the parenthesis at i and the first comma.
  std::string first_argument(size_t i) const {
    std::string text;
    int depth = 0;
    for (size_t j = i + 1, end = closing(i); j < end; j++) {
      if (depth == 0 && tokens_[j].is(",")) break;
      depth += tokens_[j].is("(") - tokens_[j].is(")");
      if (tokens_[j].kind != Token::kSpace) text += tokens_[j].text + " ";
    }
    return text;
  }

  // extern __shared__ float name[]; becomes a pointer to the memory that the launch asked for.
  void dynamic_shared() {
    std::string type, name, lines;
    bool array = false;
    for (at_++; at_ < tokens_.size() && !tokens_[at_].is(";"); at_++) {
      const Token& token = tokens_[at_];
      if (token.is("__attribute__") || token.is("alignas")) {
        at_ = closing(skip_space(at_ + 1));
      } else if (token.is("[")) {
        array = true;
      } else if (token.kind == Token::kSpace) {
        lines += std::string(std::count(token.text.begin(), token.text.end(), '\n'), '\n');
        type += array ? "" : " ";
      } else if (!token.is("]") && !array) {
        if (token.kind == Token::kWord) name = token.text;
        type += token.text;
      }
    }
    size_t position = type.rfind(name);
    if (!array || name.empty() || position == std::string::npos) {
      error("extern __shared__ must declare an array without a size");
      return;
    }
    if (at_namespace_scope()) error("extern __shared__ outside of a function is not emulated");
    type.erase(position);
    emit(type + "* const " + name + " = (" + type + "*)stand_in::runtime->dynamic_shared()" +
         lines);
  }

  // ---- tokens

  size_t skip_space(size_t i) const {
    while (i < tokens_.size() && tokens_[i].kind == Token::kSpace) i++;
    return i;
  }

  // The parenthesis that closes the one at i.
  size_t closing(size_t i) const {
    int depth = 0;
    for (; i < tokens_.size(); i++) {
      if (tokens_[i].is("(")) depth++;
      if (tokens_[i].is(")") && --depth == 0) return i;
    }
    return tokens_.size() - 1;
  }

  // ---- output

  void emit(const std::string& text) {
    result_.text += text;
    for (char c : text) line_ += c == '\n';
  }

  // "# 12 "file.cu" ..." says that the next line is line 12 of that file.
  bool starts_line_mark(const std::string& text) {
    if (text.size() < 3 || text[0] != '#' || !isdigit(static_cast<unsigned char>(text[2]))) {
      return false;
    }
    line_ = atoi(text.c_str() + 2) - 1;
    return true;
  }

  void error(const std::string& what) {
    size_t quote = line_mark_.find('"');
    std::string file =
        quote == std::string::npos
            ? "program"
            : line_mark_.substr(quote + 1, line_mark_.find('"', quote + 1) - quote - 1);
    result_.errors += file + "(" + std::to_string(line_) + "): error: " + what + "\n";
  }

  static constexpr const char* kExported = "__attribute__((visibility(\"default\")))";

  std::vector<Token> tokens_;
  size_t at_ = 0;
  std::vector<Scope> scopes_;
  std::vector<std::string> declaration_;  // words and marks since the last ';', '{' or '}'
  std::string bounds_;                    // of __launch_bounds__ in this declaration
  std::string line_mark_;
  int line_ = 1;
  Translation result_;
};

}  // namespace

Translation translate(const std::string& preprocessed) { return Translator(preprocessed).run(); }

}  // namespace stand_in

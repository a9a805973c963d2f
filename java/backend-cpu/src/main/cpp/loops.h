// The layout of a program in memory, as NativeProgram.java writes it: all fields of 8 bytes.
#pragma once

#include <cstdint>

// Elements of a tile; NativeProgram.java says the same. Small enough for the tiles of a region to
// stay in the first-level cache, large enough for an instruction to be worth its dispatch.
constexpr int TILE = 128;

// The numbers that NativeProgram.java gives to the scalar functions.
enum Unary : int64_t {
  NEG, ABS, SIGN, FLOOR, IS_FINITE, EXP, LOG, SQRT, RSQRT, TANH, SIGMOID, SOFTPLUS, ERF, SIN, COS
};
enum Binary : int64_t {
  ADD, SUB, MUL, DIV, POW, MIN, MAX, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, NOT_EQUAL
};

enum InstructionKind : int64_t { UNARY, BINARY, SELECT, CHOOSE };
// The order of Operand.java.
enum Form : int64_t { TILE_ITSELF, NUMBER, SCALED, RAISED, LOWERED, SUBTRACTED, NEGATED };
enum ElementType : int64_t { F32, I32, U8 };
enum ArgumentKind : int64_t { READ_IN_PLACE, COPIED, UNIFORM, BROADCAST };

struct Argument {
  int64_t address;
  int64_t type;
  int64_t kind;
  int64_t run;      // how many elements lie side by side, or are one element
  int64_t repeats;  // whether a run is one element again and again
  int64_t groups;   // axes outside of a run, the innermost first
  const int64_t* sizes;
  const int64_t* steps;
};

struct Constant {
  int64_t value;
  double number;
};

struct Operand {
  int64_t value;
  int64_t form;
  int64_t number;  // the value that is put to it, or -1
};

struct Instruction {
  int64_t kind;
  int64_t function;
  int64_t y;
  Operand a;
  Operand b;
  Operand c;
  int64_t direct;  // the output that it may write to at once, or -1
};

struct Output {
  int64_t address;
  int64_t value;
};

struct Program {
  int64_t elements;
  int64_t threads;
  int64_t values;  // arguments first, then constants and what instructions make
  int64_t registerCount;
  float* registers;  // for each thread
  const int64_t* registerOf;
  int64_t arguments;
  const Argument* argument;
  int64_t constants;
  const Constant* constant;
  int64_t instructions;
  const Instruction* instruction;
  int64_t outputs;
  const Output* output;
};

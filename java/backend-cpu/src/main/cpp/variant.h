// The names of what is compiled once for each instruction set: build.sh says -DVARIANT=v3 and the
// like, ENTRY(run) is run_v3, and dispatch.cpp chooses.
#pragma once

#define JOINED(name, variant) name##_##variant
#define NAMED(name, variant) JOINED(name, variant)
#define ENTRY(name) NAMED(name, VARIANT)

// How tests steer the stand-in from Java without a native library of their own: private codes of
// calls that JCuda has.
#pragma once

namespace stand_in {

// A number of the environment.
long number(const char* variable, long otherwise);

// Sets the knobs from the environment.
void read_environment();

// cuCtxSetLimit(0x454D0000 + n, value); false: no such code.
bool turn_knob(int code, long value);

// cuDeviceGetAttribute(0x454D0000 + n); false: no such code.
bool read_counter(int code, int* value);

}  // namespace stand_in

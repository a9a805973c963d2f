#!/bin/sh
# Compiles libmerapi_cuda.so: build.sh OUTPUT_FOLDER JAVA_HOME.
#
# Without a C++ compiler, or outside of Linux, where JCuda has no natives, it says so and leaves
# nothing: cuBLAS and generated kernels take over.
#   CXX       the compiler to use, else c++, g++ or clang++
#   CXXFLAGS  more options
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
out=$1
include=$2/include

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int main() { return 0; }' >"$work/try.cpp"

compiler=${CXX:-}
for candidate in c++ g++ clang++; do
  [ -n "$compiler" ] || ! "$candidate" -std=c++17 -o "$work/try" "$work/try.cpp" >/dev/null 2>&1 || compiler=$candidate
done
missing=
[ -n "$compiler" ] || missing="no C++ 17 compiler (c++, g++ or clang++) that works"
[ -f "$include/jni.h" ] || missing="no $include/jni.h"
[ "$(uname -s)" = Linux ] || missing="not Linux"
if [ -n "$missing" ]; then
  echo "cuda backend: $missing: no epilogues of cuBLASLt" >&2
  rm -rf "$out"
  exit 0
fi

library=$out/libmerapi_cuda.so
if [ -f "$library" ] && [ -z "$(find "$here" -type f -newer "$library")" ]; then
  exit 0
fi
mkdir -p "$out"
# shellcheck disable=SC2086 # the flags are meant to be split
"$compiler" -O2 -std=c++17 -fPIC -fvisibility=hidden -Wall -Wextra -Werror ${CXXFLAGS:-} \
  -isystem "$include" -isystem "$include/linux" -shared -o "$work/library" "$here"/src/*.cpp -ldl
mv "$work/library" "$library"

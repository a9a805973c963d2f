#!/bin/sh
# Compiles the native loops into a shared library: build.sh OUTPUT_FOLDER.
#
# Without a C++ compiler it says so and leaves nothing: the loops in Java take over.
#   CXX  the compiler to use, else c++, g++ or clang++
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
out=$1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int main() { return 0; }' >"$work/try.cpp"
works() { # compiler and options: whether a program can be built with them
  "$@" -o "$work/try" "$work/try.cpp" >/dev/null 2>&1
}

compiler=${CXX:-}
for candidate in c++ g++ clang++; do
  [ -n "$compiler" ] || ! works "$candidate" -std=c++17 || compiler=$candidate
done
if [ -z "$compiler" ]; then
  echo "cpu backend: no C++ 17 compiler (c++, g++ or clang++) that works: no native loops" >&2
  rm -rf "$out"
  exit 0
fi

library=$out/libmerapi_cpu.so
newer=
[ ! -f "$library" ] || newer=$(find "$here" -type f -newer "$library")
if [ -f "$library" ] && [ -z "$newer" ]; then
  exit 0
fi

# The compiler's jump threading makes branches of bounds like "x > 1 ? 1 : x < -1 ? -1 : x", which cost
# a vector twice the instructions.
flags="-O3 -std=c++17 -fPIC -fvisibility=hidden -Wall -Wextra
  -ffp-contract=off -fno-math-errno -fno-trapping-math -fno-thread-jumps -Wno-unknown-pragmas"
# GCC's OpenMP is libgomp, which oneDNN brings along on Linux. Another one, such as clang's, would be
# a second pool of threads on the same processors: there the loops run on one thread.
openmp=-fopenmp-simd
if ! "$compiler" --version | grep -qi clang &&
  works "$compiler" -fopenmp; then
  openmp=-fopenmp
fi

variant() { # name, options of its own
  name=$1
  shift
  for file in loops random softmax; do
    # shellcheck disable=SC2086 # the flags are meant to be split
    "$compiler" $flags $openmp "$@" -DVARIANT="$name" -c -o "$work/${file}_$name.o" "$here/$file.cpp"
  done
}

define=
variant plain
case $(uname -m) in
  x86_64 | amd64)
    # What dispatch.cpp looks for. Not -march=x86-64-v3, which compilers before 2020 do not know.
    variant v3 -mavx2 -mfma -mbmi2 -mprfchw
    variant v4 -mavx512f -mavx512dq -mavx512bw -mavx512vl -mfma -mbmi2 -mprfchw -mprefer-vector-width=512
    define=-DX86
    ;;
esac
# shellcheck disable=SC2086
"$compiler" $flags $openmp $define -c -o "$work/dispatch.o" "$here/dispatch.cpp"
# shellcheck disable=SC2086
"$compiler" $flags $openmp -c -o "$work/filters.o" "$here/filters.cpp"
mkdir -p "$out"
"$compiler" -shared $openmp -o "$work/library" "$work"/*.o
mv "$work/library" "$library"

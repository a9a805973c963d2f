#!/bin/sh
# Builds and runs the tests of the stand-ins for cuBLAS, cuBLASLt and cuDNN:
# run.sh OUT LIBRARIES [NAME...]
#
#   OUT        folder for the test programs
#   LIBRARIES  folder that build.sh has filled; the driver's part is played by eager.cpp
#   NAME       a test, NAME_test.cpp; all when none is named
#   CXX        the compiler, else g++
#   CXXFLAGS   more options, such as -fsanitize=address,undefined where build.sh had the same
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
out=$1
libraries=$(CDPATH='' cd -- "$2" && pwd -P)
shift 2
if [ $# -eq 0 ]; then
  for test in "$here"/*_test.cpp; do set -- "$@" "$(basename "$test" _test.cpp)"; done
fi

flags="-O1 -g -std=c++17 -Wall -Wextra -Werror -I$here/../../../include ${CXXFLAGS:-}"
mkdir -p "$out"
compile() { # SOURCE OBJECT: when the source or a header is newer
  if [ ! -f "$2" ] || [ -n "$(find "$1" "$here"/*.h "$0" -newer "$2")" ]; then
    # shellcheck disable=SC2086 # the flags are meant to be split
    "${CXX:-g++}" $flags -c -o "$2" "$1"
  fi
}

compile "$here/eager.cpp" "$out/eager.o"
failed=0
for name; do
  compile "$here/${name}_test.cpp" "$out/$name.o"
  # shellcheck disable=SC2086
  "${CXX:-g++}" $flags -o "$out/$name" "$out/$name.o" "$out/eager.o" -Wl,--no-as-needed \
    "$libraries/libcublas.so.12" "$libraries/libcublasLt.so.12" "$libraries/libcudnn.so.9" \
    "$libraries/libcuda.so.1" -Wl,-rpath,"$libraries"
  # the refusals that a test provokes are told only when asked for
  TEST_QUIET=${TEST_QUIET-1} "$out/$name" || failed=1
done
exit $failed

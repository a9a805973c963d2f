#!/bin/sh
# Builds and runs the tests of the library stand-ins, without the one for the driver: run.sh OUT [NAME...]
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$here/../../..
out=$1
shift
if [ $# -eq 0 ]; then
  for test in "$here"/*_test.cpp; do set -- "$@" "$(basename "$test" _test.cpp)"; done
fi
flags="-O1 -g -std=c++17 -Wall -Wextra -Werror -fsanitize=address,undefined -fno-sanitize-recover -I$root/include -I$root/src"
mkdir -p "$out/objects"
build() { # NAME SOURCE: an object, when the source or a header is newer
  object=$out/objects/$1.o
  if [ ! -f "$object" ] || [ -n "$(find "$root/src" "$root/include" -newer "$object" \( -name '*.h' -o -path "$2" \))" ]; then
    # shellcheck disable=SC2086 # the flags are meant to be split
    "${CXX:-g++}" $flags -c -o "$object" "$2"
  fi
}
for source in "$root"/src/library/*.cpp "$root"/src/cublas/*.cpp "$root"/src/cudnn/*.cpp "$here"/eager.cpp; do
  [ ! -f "$source" ] || build "$(basename "$(dirname "$source")")_$(basename "$source" .cpp)" "$source"
done
for name; do
  build "test_$name" "$here/${name}_test.cpp"
  # shellcheck disable=SC2046
  "${CXX:-g++}" -fsanitize=address,undefined -o "$out/$name" "$out/objects/test_$name.o" \
    $(find "$out/objects" -name 'library_*.o' -o -name 'cublas_*.o' -o -name 'cudnn_*.o' -o -name 'cpp_eager.o')
  TEST_QUIET=${TEST_QUIET-1} "$out/$name"
done

#!/bin/sh
# Builds the stand-ins for CUDA's libraries: build.sh OUT NATIVES
#
#   OUT      folder for libcuda.so.1, libnvrtc.so.12, libcublas.so.12, libcublasLt.so.12 and libcudnn.so.9
#   NATIVES  folder that holds the lib*.so of the JCuda natives jars: a name that they want and that we
#            lack gets a body that says so, since a missing one would kill the JVM at its first call
#   CXX      the compiler to use, else g++: the one that the stand-in for NVRTC calls
#   CXXFLAGS more options
#
# Only x86-64 Linux with g++: elsewhere it says so and leaves nothing.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
out=$1
natives=$2
compiler=${CXX:-g++}

if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ] || ! command -v "$compiler" >/dev/null; then
  echo "cuda stand-in: needs g++ on x86-64 Linux: not built" >&2
  rm -rf "$out"
  exit 0
fi

flags="-O2 -g -std=c++17 -fPIC -fvisibility=hidden -Wall -Wextra -Werror -I$here/include ${CXXFLAGS:-}"
objects=$out/objects
mkdir -p "$objects"
newest_header=$(find "$here/include" "$here/src" -name '*.h' -exec ls -t {} + | head -n 1)

# compile NAME SOURCE...: objects of what changed into $objects/NAME
compile() {
  name=$1
  shift
  mkdir -p "$objects/$name"
  for source; do
    object=$objects/$name/$(basename "$source" .cpp).o
    if [ ! -f "$object" ] || [ -n "$(find "$source" "$newest_header" "$here/build.sh" -newer "$object")" ]; then
      # shellcheck disable=SC2086 # the flags are meant to be split
      "$compiler" $flags -c -o "$object" "$source"
    fi
  done
}

# not_emulated NAME PATTERN CODE NATIVE...: bodies for the names that the natives want and we lack
not_emulated() {
  name=$1
  pattern=$2
  code=$3
  shift 3
  nm --defined-only -g "$objects/$name"/*.o | awk 'NF == 3 { print $3 }' | sort -u >"$objects/$name.have"
  for native; do
    find "$natives" -name "$native-*.so" -exec nm -D --undefined-only {} +
  done | awk '{ sub(/@.*/, "", $2); print $2 }' | grep -E "^$pattern" | sort -u >"$objects/$name.want" || true
  {
    echo '#include "stand_in.h"'
    comm -23 "$objects/$name.want" "$objects/$name.have" | while read -r symbol; do
      echo "extern \"C\" __attribute__((visibility(\"default\"))) int $symbol() {"
      echo "  standInSay(\"$symbol is not emulated\");"
      echo "  return $code;"
      echo "}"
    done
  } >"$objects/$name.missing.cpp"
  # shellcheck disable=SC2086
  "$compiler" $flags -O0 -g0 -c -o "$objects/$name.missing.o" "$objects/$name.missing.cpp"
}

# link NAME SONAME NODE OPTION...: all objects of NAME; NODE is the symbol version that JCuda asks for.
# The library is moved into place, so that a process which has the old one open keeps it whole.
link() {
  name=$1
  soname=$2
  node=$3
  shift 3
  versions=
  if [ -n "$node" ]; then
    echo "$node { global: *; };" >"$objects/$name.map"
    versions=-Wl,--version-script=$objects/$name.map
  fi
  missing=
  [ ! -f "$objects/$name.missing.o" ] || missing=$objects/$name.missing.o
  # shellcheck disable=SC2086
  "$compiler" -shared -Wl,-soname,"$soname" $versions -o "$objects/$soname" \
    "$objects/$name"/*.o $missing "$@" -ldl -pthread
  mv "$objects/$soname" "$out/$soname"
}

has() { # folder under src: whether there are sources in it
  ls "$here/src/$1"/*.cpp >/dev/null 2>&1
}

rm -f "$objects"/*.missing.o
# what the libraries above the driver share
! has library || compile library "$here"/src/library/*.cpp
if has driver; then
  compile driver "$here"/src/driver/*.cpp
  not_emulated driver 'cu[A-Z]' 801 libJCudaDriver
  link driver libcuda.so.1 ""
fi
if has nvrtc; then
  compile nvrtc "$here"/src/nvrtc/*.cpp
  not_emulated nvrtc nvrtc 7 libJNvrtc
  link nvrtc libnvrtc.so.12 libnvrtc.so.12 "$out/libcuda.so.1"
  # what compiled kernels include
  mkdir -p "$out/device"
  cp "$here"/src/nvrtc/device/*.h "$here/include/kernel_module.h" "$out/device"
fi
if has cublas; then
  # cuBLASLt is the files lt*.cpp together with shared*.cpp; cuBLAS is all the others with shared*.cpp
  compile cublas.all "$here"/src/cublas/*.cpp
  rm -rf "$objects/cublas" "$objects/cublasLt"
  mkdir -p "$objects/cublas" "$objects/cublasLt"
  for object in "$objects/cublas.all"/*.o; do
    case $(basename "$object") in
      lt*) cp "$object" "$objects/cublasLt" ;;
      shared*) cp "$object" "$objects/cublasLt" && cp "$object" "$objects/cublas" ;;
      *) cp "$object" "$objects/cublas" ;;
    esac
  done
  not_emulated cublas cublas 15 libJCublas2 libJCublas
  link cublas libcublas.so.12 libcublas.so.12 "$objects"/library/*.o "$out/libcuda.so.1"
  link cublasLt libcublasLt.so.12 libcublasLt.so.12 "$objects"/library/*.o "$out/libcuda.so.1"
fi
if has cudnn; then
  compile cudnn "$here"/src/cudnn/*.cpp
  not_emulated cudnn cudnn 3000 libJCudnn
  link cudnn libcudnn.so.9 libcudnn.so.9 "$objects"/library/*.o "$out/libcuda.so.1"
fi

#!/bin/sh
# Fetches NVIDIA's libraries of CUDA 13 and cuDNN 9, as Python packages, 1 GB, and unpacks them:
# cuda13.sh OUT. They need no GPU to be loaded. Then
#
#   mvn -pl java/backend-cuda -am test -Dmerapi.cuda.wheels13=OUT
#
# also proves that JCuda's natives for CUDA 12 find all that they want in them.
set -eu
[ $# -eq 1 ] || { echo "usage: tests/gpu/cuda13.sh OUT" >&2; exit 2; }
mkdir -p "$1"
cd "$1"
python3 -m pip download --quiet --no-deps --no-cache-dir --only-binary=:all: \
  --platform manylinux2014_x86_64 --platform manylinux_2_27_x86_64 --dest wheels \
  nvidia-cublas==13.10.0.20 nvidia-cuda-nvrtc==13.5.37 nvidia-cudnn-cu13==9.28.0.42
for wheel in wheels/*.whl; do
  python3 -m zipfile -e "$wheel" .
done
rm -rf wheels

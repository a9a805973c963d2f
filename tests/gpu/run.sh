#!/bin/sh
# On a machine with a GPU, in the folder that bundle.sh made:
#
#   run.sh accept [RESULTS]            every test that a GPU can run
#   run.sh bench [RESULTS] [OPTION...] training steps beside PyTorch's; options: see bench.py --help
#
# RESULTS is a folder, by default results beside this script. In a checkout this makes the bundle
# first. MERAPI_JAVA_OPTS: more options for the JVM.
#
# Exit codes: 0 all is well; 1 something failed; 2 wrong usage; 3 there is no GPU that can be used.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
usage() {
  sed -n 's/^# \{0,1\}//; 2,10p' "$0" >&2
  exit 2
}
[ $# -ge 1 ] || usage
command=$1
shift
case $command in accept | bench) ;; *) usage ;; esac
case ${1:--} in
  -*) results=$here/results ;;
  *) results=$1; shift ;;
esac
mkdir -p "$results"
results=$(CDPATH='' cd -- "$results" && pwd -P)

if [ ! -d "$here/jre" ]; then
  bundle=$here/../../build/gpu
  "$here/bundle.sh" "$bundle"
  exec "$bundle/run.sh" "$command" "$results" "$@"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Compiled kernels, where Merapi keeps them anyway, if it can.
cache=${XDG_CACHE_HOME:-${HOME:-$work}/.cache}/merapi/kernels
mkdir -p "$cache" 2>/dev/null && [ -w "$cache" ] || cache=$work/kernels

# Where many containers have the driver.
[ ! -d /usr/local/nvidia/lib64 ] ||
  export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}/usr/local/nvidia/lib64"

# Folders of NVIDIA's Python packages, if Python has them; Merapi looks into the usual ones itself.
path=$(python3 - 2>/dev/null <<'PYTHON' || true
import glob, site, sys
roots = list(dict.fromkeys(sys.path + site.getsitepackages()))
print(":".join(sorted({d for r in roots if r for d in glob.glob(r + "/nvidia/*/lib")})))
PYTHON
)
export JDK_JAVA_OPTIONS="-Xmx4g \"-Dmerapi.cuda.cache=$cache\" ${path:+\"-Dmerapi.cuda.path=$path\"} ${MERAPI_JAVA_OPTS:-}"
java=$here/jre/bin/java
merapi() {
  "$java" -cp "$here/lib/*" dev.merapi.cli.Main "$@"
}

merapi devices 2>/dev/null | tee "$results/devices.txt"
# The shortest use of a GPU that there is.
merapi bench mlp --device cuda --seconds 0 >"$work/first.txt" 2>&1 || {
  status=$?
  cat "$work/first.txt" >&2
  [ $status = 3 ] || status=1
  exit $status
}

if [ "$command" = bench ]; then
  status=0
  python3 "$here/bench.py" --results "$results" "$@" -- \
    "$java" -cp "$here/lib/*" dev.merapi.cli.Main || status=$?
  exit $status
fi

[ $# -eq 0 ] || usage
reports=$work/reports
mkdir "$reports"

# tests NAME FOLDER OPTION...: the tests of a folder in a process of their own.
tests() {
  name=$1
  folder=$here/tests/$2
  shift 2
  started=$(date +%s)
  status=0
  "$java" -Dmerapi.backends.required=cuda -Dmerapi.backends.only=cuda -Dmerapi.passes.verify=true \
    -Dbasedir="$folder" -Dmerapi.conformance.part="${part:-1/1}" -cp "$folder:$here/lib/*" \
    org.junit.platform.console.ConsoleLauncher execute "$@" --disable-banner \
    --disable-ansi-colors --details=summary --reports-dir "$reports/$name" \
    >"$reports/$name.txt" 2>&1 || status=$?
  {
    echo "== $name: exit code $status, $(($(date +%s) - started)) s"
    sed -n '/^\[.* tests /p' "$reports/$name.txt"
  } >"$reports/$name.summary"
  return $status
}

# Side by side: most of the time goes into compiling thousands of small kernels.
parts=$(($(nproc) / 3))
[ $parts -le 5 ] || parts=5
[ $parts -ge 1 ] || parts=1
running=
i=1
while [ $i -le $parts ]; do
  part=$i/$parts tests "conformance-$i" conformance \
    --select-class dev.merapi.conformance.OpConformanceTest &
  running="$running $!"
  i=$((i + 1))
done
for test in EpilogueTest RandomOpsTest RandomProgramTest RecurrentTest StateTest; do
  set -- "$@" --select-class "dev.merapi.conformance.$test"
done
tests programs conformance "$@" &
running="$running $!"
tests kernels backend-cuda --select-package dev.merapi.backend.cuda --exclude-tag nvrtc \
  --exclude-tag cublasLt &
running="$running $!"
tests parity training --select-class dev.merapi.training.CudaParityTest &
running="$running $!"
failed=0
for process in $running; do
  wait "$process" || failed=1
done
# Alone: it looks at all of the device's memory.
tests memory training --select-class dev.merapi.training.CudaMemoryTest || failed=1

cat "$reports"/*.summary | tee "$results/accept.txt"
for report in "$reports"/*.txt; do
  # What failed, told where someone looks first; all of it is in the archive.
  sed -n '/^Failures (/,/^Test run finished/p' "$report" | head -n 100
done | tee -a "$results/accept.txt"
tar -czf "$results/reports.tar.gz" -C "$work" reports
echo "run.sh: $([ $failed = 0 ] && echo passed || echo FAILED); reports in $results" |
  tee -a "$results/accept.txt"
exit $failed

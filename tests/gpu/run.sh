#!/bin/sh
# On a machine with a GPU, in the folder that bundle.sh made: run.sh accept [RESULTS].
#
# Conformance of every op and the parity of whole trainings, on the real device. Writes a report into
# RESULTS (default: results beside this script) and ends with 0 if everything passed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
[ "${1:-}" = accept ] || { echo "usage: run.sh accept [RESULTS]" >&2; exit 2; }
results=${2:-$here/results}
mkdir -p "$results"

# Folders of NVIDIA's Python packages, if Python has them; Merapi looks into the usual ones itself.
path=$(python3 - 2>/dev/null <<'PYTHON' || true
import glob, site, sys
roots = list(dict.fromkeys(sys.path + site.getsitepackages()))
print(":".join(sorted({d for r in roots if r for d in glob.glob(r + "/nvidia/*/lib")})))
PYTHON
)
java() {
  "$here/jre/bin/java" -Xmx6g ${path:+"-Dmerapi.cuda.path=$path"} \
    -Dmerapi.cuda.cache="$here/kernels" ${MERAPI_JAVA_OPTS:-} "$@"
}

java -cp "$here/lib/*" dev.merapi.cli.Main devices | tee "$results/devices.txt"

status=0
for module in conformance training; do
  case $module in
    conformance) tests="OpConformanceTest RandomOpsTest RandomProgramTest RecurrentTest StateTest" ;;
    training) tests=CudaParityTest ;;
  esac
  set --
  for test in $tests; do
    set -- "$@" --select-class "dev.merapi.$module.$test"
  done
  java -Dmerapi.backends.required=cuda -Dmerapi.backends.only=cuda -Dmerapi.passes.verify=true \
    -cp "$here/tests/$module:$here/lib/*" \
    org.junit.platform.console.ConsoleLauncher execute "$@" --disable-banner --details=summary \
    --reports-dir "$results/$module" >"$results/$module.txt" 2>&1 || status=1
  tail -n 14 "$results/$module.txt"
done
exit $status

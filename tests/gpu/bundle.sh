#!/bin/sh
# Makes a folder that runs the tests of the CUDA backend on a bare Linux machine with an NVIDIA GPU:
# bundle.sh OUT. It has a Java runtime of its own and needs neither Java nor a network there.
set -eu
[ $# -eq 1 ] || { echo "usage: tests/gpu/bundle.sh OUT" >&2; exit 2; }
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
root=$here/../..
mkdir -p "$1"
out=$(CDPATH='' cd -- "$1" && pwd -P)
junit=1.13.4 # the console launcher of the JUnit that the parent pom names, 5.13.4

rm -rf "$out/jre" "$out/lib" "$out/tests"
mkdir -p "$out/lib" "$out/tests"

cd "$root"
# Each test module's own copy of what it needs; oneDNN is of no use there.
for module in tests/conformance tests/training java/backend-cuda; do
  tests=$out/tests/$(basename "$module")
  mvn -q -B -pl "$module" -am package -DskipTests -Djacoco.skip -Dmaven.javadoc.skip \
    -Dmaven.source.skip dependency:copy-dependencies -DincludeScope=test \
    -DexcludeGroupIds=org.bytedeco -DexcludeTypes=pom -DoutputDirectory="$out/lib"
  mkdir "$tests"
  for classes in classes test-classes; do
    [ ! -d "$module/target/$classes" ] || cp -R "$module/target/$classes/." "$tests"
  done
done
mvn -q -B -pl java/cli -am package -DskipTests -Djacoco.skip -Dmaven.javadoc.skip -Dmaven.source.skip \
  dependency:copy-dependencies -DincludeScope=runtime -DexcludeGroupIds=org.bytedeco \
  -DoutputDirectory="$out/lib"
cp java/cli/target/merapi-cli-*.jar "$out/lib"
rm -f "$out"/lib/merapi-backend-cpu-*.jar "$out"/lib/*-sources.jar "$out"/lib/*-javadoc.jar
mvn -q -B dependency:copy -DoutputDirectory="$out/lib" \
  -Dartifact="org.junit.platform:junit-platform-console-standalone:$junit"
rm -f "$out"/lib/junit-jupiter-*.jar "$out"/lib/junit-platform-commons-*.jar \
  "$out"/lib/junit-platform-engine-*.jar "$out"/lib/opentest4j-*.jar

# What nothing here loads: AssertJ's for soft assertions, and parts of JCuda's natives.
rm -f "$out"/lib/byte-buddy-*.jar
natives=$(ls "$out"/lib/jcuda-natives-*.jar)
zip -q -d "$natives" 'lib/libJNvPTXCompiler-*' 'lib/libJCudaRuntime-*'

"${JAVA_HOME:+$JAVA_HOME/bin/}jlink" --output "$out/jre" --strip-debug --no-header-files \
  --no-man-pages --compress 2 \
  --add-modules java.base,java.logging,java.management,java.net.http,java.sql,java.xml,jdk.management,jdk.random,jdk.unsupported
cp "$here/run.sh" "$here/bench.py" "$here/../bench/pytorch_peer.py" "$out"
echo "$out: $(du -sm "$out" | cut -f 1) MB"

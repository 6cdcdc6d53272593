# Sourced by compare, jmh and load, which set home: finds the JDK, builds the module where the sources have changed since, and
# defines run_java. What is said goes to standard error.

# shellcheck source=../.mvn/find-jdk.sh
. "$home/.mvn/find-jdk.sh"
require_jdk javac

module=$home/benchmarks
stamp=$module/target/lib.stamp
log=$module/target/build.log

# The stamp is as old as the start of the build, so that a file saved meanwhile is not missed.
is_out_of_date() {
  [ -e "$stamp" ] || return 0
  newer=$(cd "$home" && find pom.xml store sql sqlite sqlite-ffm postgres test-servers relay cli benchmarks -name target -prune -o -name node_modules -prune -o \
    \( -path '*/src/main*' -o -name pom.xml \) -newer "$stamp" -print) || return 0
  [ -n "$newer" ]
}

if is_out_of_date; then
  echo "building the benchmarks…" >&2
  mkdir -p "$module/target"
  rm -f "$stamp"
  : >"$stamp.started"
  if ! (cd "$home" && ./mvnw -B -q -pl benchmarks -am package -DskipTests) >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "the build failed; its output is above and in $log" >&2
    exit 1
  fi
  mv "$stamp.started" "$stamp"
fi

run_java() {
  exec "$jdk_home/bin/java" --enable-native-access=ALL-UNNAMED -Dkyneta.checkout="$home" \
    -cp "$module/target/classes:$module/target/lib/*" "$@"
}

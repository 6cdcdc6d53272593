# Sourced by launchers, which set home: finds the JDK, and defines build_module, which builds a module where the sources
# have changed since, and run_java. What is said goes to standard error.

# shellcheck source=find-jdk.sh
. "$home/.mvn/find-jdk.sh"
require_jdk javac

# Takes the module and the folders of all modules that it is made of. The stamp is as old as the start of the build, so
# that a file saved meanwhile is not missed.
build_module() {
  module=$home/$1
  stamp=$module/target/lib.stamp
  log=$module/target/build.log
  if [ -e "$stamp" ]; then
    # shellcheck disable=SC2086 # $2 names several folders
    newer=$(cd "$home" && find pom.xml $2 -name target -prune -o -name node_modules -prune -o \
      \( -path '*/src/main*' -o -name pom.xml \) -newer "$stamp" -print) || newer=unknown
    [ -n "$newer" ] || return 0
  fi
  echo "building $1…" >&2
  mkdir -p "$module/target"
  rm -f "$stamp"
  : >"$stamp.started"
  if ! (cd "$home" && ./mvnw -B -q -pl "$1" -am package -DskipTests) >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "the build failed; its output is above and in $log" >&2
    exit 1
  fi
  mv "$stamp.started" "$stamp"
}

run_java() {
  exec "$jdk_home/bin/java" --enable-native-access=ALL-UNNAMED -Dkyneta.checkout="$home" \
    -cp "$module/target/classes:$module/target/lib/*" "$@"
}

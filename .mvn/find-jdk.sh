# Finds a Java installation of version 25 or later. Sourced by mvnw, kyneta and .ci/run; needs nothing but a POSIX shell.
#
#   find_jdk TOOL     sets jdk_home to an installation that has bin/TOOL (javac for a JDK, java for any runtime), or returns 1
#   require_jdk TOOL  the same, but ends the script with advice when there is none
#
# What the user points at wins, if it will do: KYNETA_JAVA_HOME, JAVA_HOME, then java on PATH. Only then is the newest one
# in the usual folders taken.

jdk_minimum=25

# Sets jdk_version to the version of the installation $1 as one number: 25.0.3 gives 25000003, an unknown one 0.
read_jdk_version() {
  jdk_text=
  if [ -r "$1/release" ]; then
    jdk_text=$(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9][0-9.]*\).*/\1/p' "$1/release")
  fi
  if [ -z "$jdk_text" ]; then
    jdk_text=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9][0-9.]*\).*/\1/p')
  fi
  jdk_version=$(echo "${jdk_text:-0}" | awk -F. 'NR == 1 { printf "%d", $1 * 1000000 + $2 * 1000 + $3 }')
}

# True if the installation $1 has bin/$2 and is new enough; jdk_version is then its version.
is_suitable_jdk() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] && [ -x "$1/bin/$2" ] || return 1
  read_jdk_version "$1"
  [ "$jdk_version" -ge $((jdk_minimum * 1000000)) ]
}

# Prints the home of the java on PATH. Where that is a shim and not a link into an installation, java itself knows.
print_home_of_java_on_path() {
  jdk_java=$(command -v java) || return 0
  jdk_java=$(readlink -f "$jdk_java" 2>/dev/null || echo "$jdk_java")
  if [ -r "${jdk_java%/bin/java}/release" ]; then
    echo "${jdk_java%/bin/java}"
  else
    java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p'
  fi
}

find_jdk() {
  jdk_home=
  if is_suitable_jdk "${KYNETA_JAVA_HOME:-}" "$1"; then
    jdk_home=$KYNETA_JAVA_HOME
    return
  fi
  if [ -n "${KYNETA_JAVA_HOME:-}" ]; then
    echo "KYNETA_JAVA_HOME is passed over, as it is no Java $jdk_minimum or later with bin/$1: $KYNETA_JAVA_HOME" >&2
  fi
  if is_suitable_jdk "${JAVA_HOME:-}" "$1"; then
    jdk_home=$JAVA_HOME
    return
  fi
  jdk_candidate=$(print_home_of_java_on_path)
  if is_suitable_jdk "$jdk_candidate" "$1"; then
    jdk_home=$jdk_candidate
    return
  fi
  jdk_newest=0
  for jdk_candidate in \
    /usr/lib/jvm/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* \
    /opt/*jdk* \
    /opt/java/*; do
    if is_suitable_jdk "$jdk_candidate" "$1" && [ "$jdk_version" -gt "$jdk_newest" ]; then
      jdk_home=$jdk_candidate
      jdk_newest=$jdk_version
    fi
  done
  [ -n "$jdk_home" ]
}

require_jdk() {
  find_jdk "$1" && return
  cat >&2 <<END
Kyneta needs a JDK $jdk_minimum or later, and none was found. Install one:
  Debian, Ubuntu  apt install openjdk-$jdk_minimum-jdk-headless
                  (where the release is too old for it: temurin-$jdk_minimum-jdk, see https://adoptium.net/installation/linux/)
  macOS           brew install --cask temurin@$jdk_minimum
  SDKMAN          sdk install java $jdk_minimum-tem
or set KYNETA_JAVA_HOME to the folder of one that is installed already.
END
  exit 1
}

# Sourced by compare, jmh and load, which set home: builds the module where the sources have changed since, and defines
# run_java.

# shellcheck source=../.mvn/build-module.sh
. "$home/.mvn/build-module.sh"
build_module benchmarks "store sql sqlite sqlite-ffm postgres test-servers relay cli benchmarks"

package org.kyneta.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StorageException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.SyncMode;

/** A program may do without the jar of sqlite-jdbc; one that has it need not name it. */
class OptionalDriverTest {

  @TempDir private Path directory;

  /** What runs in a process of its own, without a test framework around it. */
  static final class Program {

    private Program() {}

    public static void main(String[] arguments) throws Exception {
      switch (arguments[0]) {
        case "file" -> {
          try (Store store = SqliteStore.open(Path.of(arguments[1]))) {
            System.out.print(use(store));
          } catch (StorageException e) {
            System.out.print(e.getMessage());
          }
        }
        case "pure" -> {
          try (var connection = DriverManager.getConnection("jdbc:sqlite::memory:");
              JdbcSqliteAdapter adapter = JdbcSqliteAdapter.over(connection);
              Store store = SqliteStore.over(adapter)) {
            System.out.print(use(store));
          }
        }
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    }

    private static String use(Store store) {
      ReplicaType type = new ReplicaType("yjs", 1, 0);
      store.append("doc", StoreRecord.meta(StoreMeta.of(type, SyncMode.COLLABORATIVE, "")));
      return store.currentMeta("doc").orElseThrow().replicaType().name();
    }
  }

  /** All that the tests have, with this driver's jar or without any jar of that driver. */
  static List<String> entries(boolean withDriver) {
    Set<String> entries = new LinkedHashSet<>();
    entries.add(Path.of("target", "classes").toAbsolutePath().toString());
    for (String property : new String[] {"jdk.module.path", "java.class.path"}) {
      entries.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator, -1)));
    }
    entries.removeIf(entry -> entry.isEmpty() || entry.endsWith("test-classes"));
    assertThat(entries).as("the driver's jar is there").anyMatch(OptionalDriverTest::isDriver);
    return entries.stream().filter(entry -> withDriver || !isDriver(entry)).toList();
  }

  private static boolean isDriver(String entry) {
    return Path.of(entry).getFileName().toString().startsWith("sqlite-jdbc-");
  }

  private static String tests() {
    return Path.of("target", "test-classes").toAbsolutePath().toString();
  }

  /** Runs the program with everything on the class path. */
  private String onClassPath(boolean withDriver, String... arguments)
      throws IOException, InterruptedException {
    List<String> path = new ArrayList<>(entries(withDriver));
    path.add(tests());
    List<String> command = new ArrayList<>();
    command.addAll(List.of("--class-path", String.join(File.pathSeparator, path)));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", Program.class.getName()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /**
   * Runs the program with our modules on the module path, of which it requires the store's only.
   */
  private String onModulePath(boolean withDriver, String... arguments)
      throws IOException, InterruptedException {
    List<String> modules =
        entries(withDriver).stream()
            .filter(entry ->
                isDriver(entry)
                    || entry.endsWith("classes")
                    || entry.contains("kyneta-")
                    || entry.contains("jackson-core"))
            .toList();
    List<String> command = new ArrayList<>();
    command.addAll(List.of("--module-path", String.join(File.pathSeparator, modules)));
    command.addAll(List.of("--add-modules", "org.kyneta.sqlite"));
    if (withDriver) {
      command.add("--enable-native-access=org.xerial.sqlitejdbc");
    }
    // A program of the tests' own package would be split: it is patched in.
    command.addAll(List.of("--patch-module", "org.kyneta.sqlite=" + tests()));
    command.addAll(List.of("--module", "org.kyneta.sqlite/" + Program.class.getName()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  @Test
  void withoutItsJarTheOwnDriverIsMissedByName() throws Exception {
    String file = directory.resolve("store.db").toString();
    String expected = file + ": expected the driver sqlite-jdbc on the class path or module path";
    assertThat(onClassPath(/* withDriver= */ false, "file", file)).startsWith(expected);
    assertThat(onModulePath(/* withDriver= */ false, "file", file)).startsWith(expected);
  }

  @Test
  void withItsJarTheOwnDriverIsFoundThoughNobodyRequiresIt() throws Exception {
    String file = directory.resolve("store.db").toString();
    assertThat(onClassPath(/* withDriver= */ true, "file", file)).isEqualTo("yjs");
    assertThat(onModulePath(/* withDriver= */ true, "file", file)).isEqualTo("yjs");
  }

  @Test
  void anotherDriverDoesWithoutTheJarOfOurs() throws Exception {
    assertThat(onClassPath(/* withDriver= */ false, "pure")).isEqualTo("yjs");
  }

  private String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    Path errors = directory.resolve("errors");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return output;
  }
}

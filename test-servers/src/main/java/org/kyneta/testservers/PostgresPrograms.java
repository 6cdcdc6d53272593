package org.kyneta.testservers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the programs of PostgreSQL are: Debian's, the newest, or else those from Maven Central. */
final class PostgresPrograms {

  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

  private PostgresPrograms() {}

  /**
   * Finds the folder with {@code initdb} and {@code postgres}.
   *
   * @param folder where they are unpacked to, if they have to be
   */
  static Path find(Path folder) throws IOException {
    Optional<Path> installed = installed();
    return installed.isPresent() ? installed.get() : unpack(folder.resolve("programs"));
  }

  private static Optional<Path> installed() throws IOException {
    if (!Files.isDirectory(DEBIAN)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(DEBIAN)) {
      return versions
          .filter(version -> Files.isExecutable(version.resolve("bin/postgres")))
          .max(Comparator.comparingInt(PostgresPrograms::number))
          .map(version -> version.resolve("bin"));
    }
  }

  private static int number(Path version) {
    String digits = DEBIAN.relativize(version).toString().replaceAll("\\D.*", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  static Path unpack(Path folder) throws IOException {
    boolean fits = System.getProperty("os.name").equals("Linux");
    boolean processor = System.getProperty("os.arch").equals("amd64");
    try (InputStream archive = PostgresPrograms.class.getResourceAsStream(ARCHIVE)) {
      Servers.require(
          fits && processor && archive != null,
          "a PostgreSQL server",
          "apt-get install postgresql, or run on Linux on x86-64");
      Files.createDirectory(folder);
      Programs.giveAway(folder);
      Path copy = folder.resolve("postgres.txz");
      Files.copy(Objects.requireNonNull(archive), copy);
      Programs.giveAway(copy);
      Programs.run(List.of("tar", "-xJf", copy.toString(), "-C", folder.toString()));
      Files.delete(copy);
    }
    return folder.resolve("bin");
  }
}

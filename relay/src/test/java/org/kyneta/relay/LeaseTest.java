package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.kyneta.relay.Lease.HeldException;

/** One at a time, whoever it is and however it ends. */
@Timeout(60)
class LeaseTest {

  @TempDir private Path folder;

  /** Takes a lease, says so, and waits to be killed. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      Lease lease = Lease.take(Path.of(args[0]), "test holder");
      System.out.println("taken " + lease.file());
      Thread.sleep(60_000);
    }
  }

  @Test
  void aSecondOneInTheSameProcessIsRefusedAndDoesNotBreakTheFirst() throws Exception {
    Path store = folder.resolve("store.db");
    try (Lease lease = Lease.take(store, "first")) {
      for (int i = 0; i < 2; i++) {
        assertThatExceptionOfType(HeldException.class)
            .isThrownBy(() -> Lease.take(store, "second"))
            .withMessageContaining("this process");
      }
      assertThat(other(store)).as("another process is still kept out").contains("first, process");
      assertThat(lease.file()).exists();
    }
    Lease.take(store, "third").close();
  }

  @Test
  void sharesAreBesideEachOtherAndNotBesideTheWhole() throws Exception {
    Path store = folder.resolve("shared.db");
    Lease first = Lease.share(store, "record");
    try (Lease second = Lease.share(store, "load")) {
      first.close();
      first.close();
      assertThat(other(store)).contains("record, process");
      assertThat(second.file()).exists();
      assertThatExceptionOfType(HeldException.class).isThrownBy(() -> Lease.take(store, "serve"));
    }
    try (Lease whole = Lease.take(store, "serve")) {
      assertThat(whole.file()).exists();
      assertThatExceptionOfType(HeldException.class).isThrownBy(() -> Lease.share(store, "record"));
    }
  }

  @Test
  void anotherNameOfTheSameStoreFindsTheSameLease() throws Exception {
    Path store = Files.createFile(folder.resolve("store.db"));
    Path link = Files.createSymbolicLink(folder.resolve("link.db"), store);
    try (Lease lease = Lease.take(store, "first")) {
      assertThatExceptionOfType(HeldException.class).isThrownBy(() -> Lease.take(link, "second"));
      assertThat(lease.file()).hasFileName("store.db.kyneta-lock");
    }
  }

  @Test
  void theLeaseEndsWithItsProcess() throws Exception {
    Path store = folder.resolve("store.db");
    Process holder = start(store);
    try (BufferedReader out = reader(holder)) {
      assertThat(out.readLine()).startsWith("taken");
      assertThatExceptionOfType(HeldException.class)
          .isThrownBy(() -> Lease.take(store, "second"))
          .withMessageContaining("test holder, process " + holder.pid() + ", since 2");
    } finally {
      holder.destroyForcibly().waitFor();
    }
    Lease.take(store, "second").close();
  }

  /** Returns what another process finds that tries to take the lease. */
  private String other(Path store) throws IOException, InterruptedException {
    Process holder = start(store);
    try (BufferedReader out = reader(holder)) {
      String line = String.valueOf(out.readLine());
      return line.startsWith("taken") ? line : line + out.lines().toList();
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private Process start(Path store) throws IOException {
    String classPath = Path.of("target", "classes") + ":" + Path.of("target", "test-classes");
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--class-path",
                classPath,
                Holder.class.getName(),
                store.toString()))
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void itsFileIsForThoseWhoMayWriteTheStore() throws Exception {
    for (String permissions : List.of("rw-------", "rw-rw----", "rw-r--r--", "rwxr-x---")) {
      Path store = Files.createFile(folder.resolve(permissions));
      Files.setPosixFilePermissions(store, PosixFilePermissions.fromString(permissions));
      try (Lease lease = Lease.take(store, "test")) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lease.file())))
            .isEqualTo(permissions.replace('x', '-'));
      }
    }
    try (Lease lease = Lease.take(folder.resolve("new.db"), "test")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lease.file())))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void aLinkThatSomebodyHasPutInItsPlaceIsNotFollowed() throws Exception {
    Path store = folder.resolve("linked.db");
    Path precious = Files.writeString(folder.resolve("precious"), "not to be overwritten");
    Files.createSymbolicLink(folder.resolve("linked.db.kyneta-lock"), precious);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> Lease.take(store, "test"));
    assertThat(precious).hasContent("not to be overwritten");
  }
}

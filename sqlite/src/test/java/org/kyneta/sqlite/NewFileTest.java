package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The directory of a new file is brought to the disk as well, wherever that is possible. */
class NewFileTest {

  @TempDir private Path directory;

  /** Syncs files, and directories until it is told that they fail. */
  private static final class FailingDisk implements NewFile.Disk {

    private boolean fails;

    @Override
    public void sync(Path path, StandardOpenOption option) throws IOException {
      if (fails && Files.isDirectory(path)) {
        throw new IOException("injected");
      }
      NewFile.sync(path, option);
    }
  }

  @Test
  void aDirectoryThatCannotBeBroughtToTheDiskAnyMoreIsAFailureThatLeavesNothing()
      throws IOException {
    Path target = directory.resolve("new");
    FailingDisk disk = new FailingDisk();
    try (NewFile file = NewFile.create(target, disk)) {
      disk.fails = true;
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(file::publish)
          .withMessage("injected");
    }
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aSystemThatNeverSynchronisesDirectoriesIsUsedAsItIs() throws IOException {
    Path target = directory.resolve("new");
    FailingDisk disk = new FailingDisk();
    disk.fails = true;
    try (NewFile file = NewFile.create(target, disk)) {
      file.publish();
    }
    assertThat(target).exists();
    assertThat(directory.toFile().list()).containsExactly("new");
  }
}

package org.kyneta.faults.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.kyneta.faults.Command;
import org.kyneta.faults.SkippedException;

/**
 * A file system of a run's own, mounted while this is open. Only root may mount one. Not
 * thread-safe.
 */
public final class Mount implements AutoCloseable {

  private final Path point;
  private final List<String> command;
  private boolean isMounted;

  private Mount(Path point, List<String> command) {
    this.point = point;
    this.command = command;
  }

  /**
   * Makes an ext4 file system in a file, and mounts it.
   *
   * @param folder where the file and the mount point are put
   * @param size its size, such as {@code 128M}
   * @throws SkippedException if this machine lacks what it takes
   */
  public static Mount ext4(Path folder, String size) throws IOException, InterruptedException {
    requireRoot();
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      throw new SkippedException("no loop devices: /dev/loop-control is missing");
    }
    Path image = folder.resolve("ext4.img");
    execute(List.of("truncate", "-s", size, image.toString()));
    execute(List.of("mkfs.ext4", "-q", "-m0", "-F", image.toString()));
    Path point = Files.createDirectories(folder.resolve("ext4"));
    return mounted(point, List.of("mount", "-o", "loop", image.toString(), point.toString()));
  }

  /**
   * Mounts a file system in memory.
   *
   * @param folder where the mount point is put
   * @param size its size, such as {@code 2m}
   * @throws SkippedException if this machine lacks what it takes
   */
  public static Mount memory(Path folder, String size) throws IOException, InterruptedException {
    requireRoot();
    Path point = Files.createDirectories(folder.resolve("tmpfs"));
    return mounted(
        point, List.of("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", point.toString()));
  }

  private static Mount mounted(Path point, List<String> command)
      throws IOException, InterruptedException {
    Mount mount = new Mount(point, command);
    try {
      mount.mount();
    } catch (IOException e) {
      throw new SkippedException("file systems cannot be mounted here: " + e.getMessage());
    }
    return mount;
  }

  private static void requireRoot() throws IOException {
    if (!Files.getOwner(Path.of("/proc/self")).getName().equals("root")) {
      throw new SkippedException("only root may mount a file system: run this as root");
    }
  }

  /** Returns where it is mounted. */
  public Path point() {
    return point;
  }

  /**
   * Shuts it down without writing anything; it must be an ext4 file system.
   *
   * @param writer the process that writes to it, which is stopped before, since what it has told
   *     others is known only once none of its threads runs any more
   */
  public void shutDown(long writer) throws IOException, InterruptedException {
    Linux.stop(writer);
    Linux.shutDown(point);
  }

  /** Mounts it again with what is on the disk; nothing may have it open any more. */
  public void remount() throws IOException, InterruptedException {
    unmount();
    mount();
  }

  private void mount() throws IOException, InterruptedException {
    execute(command);
    isMounted = true;
  }

  private void unmount() throws IOException, InterruptedException {
    execute(List.of("umount", point.toString()));
    isMounted = false;
  }

  private static void execute(List<String> command) throws IOException, InterruptedException {
    Command.run(command, "mount and e2fsprogs");
  }

  @Override
  public void close() throws IOException {
    if (isMounted) {
      try {
        unmount();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

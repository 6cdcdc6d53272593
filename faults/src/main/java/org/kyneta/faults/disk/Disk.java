package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.disk.Event.Opened;
import org.kyneta.faults.disk.Event.Synced;
import org.kyneta.faults.disk.Event.Truncated;
import org.kyneta.faults.disk.Event.Unlinked;
import org.kyneta.faults.disk.Event.Written;

/**
 * A disk as a log says it is: what was synchronised is there; of everything since, a power cut may
 * leave any part.
 *
 * <p>Files are told apart by inode. The names in a folder are brought to the disk with the folder;
 * of later changes of names, a power cut leaves the first few. A file that could not be
 * synchronised has lost what waited for it, or some of that, as on Linux: the next time there is
 * nothing to do.
 */
final class Disk {

  /** What a disk writes whole. */
  private static final int SECTOR = 512;

  /** What is left of what was not synchronised. */
  enum Cut {
    ALL,
    NOTHING,
    /** The first few writes, the last of them torn. */
    FIRST,
    /** Any of the writes. */
    ANY,
    /** Any sectors of any of the writes. */
    TORN
  }

  private static final class Inode {
    byte[] bytes = {};
    final List<Event> waiting = new ArrayList<>();
  }

  private record Name(String path, @Nullable Inode inode) {}

  private final Map<Long, Inode> inodes = new HashMap<>();
  private final Map<String, Inode> names = new LinkedHashMap<>();
  private final List<Name> waitingNames = new ArrayList<>();
  private final boolean obeysSyncs;
  private final BooleanSupplier outlivesFailure;

  /**
   * Makes an empty disk.
   *
   * @param obeysSyncs whether synchronising has an effect, as it must
   */
  Disk(boolean obeysSyncs) {
    this(obeysSyncs, () -> false);
  }

  /**
   * Makes an empty disk.
   *
   * @param obeysSyncs whether synchronising has an effect, as it must
   * @param outlivesFailure says of each write for which a sync has failed whether it is there
   */
  Disk(boolean obeysSyncs, BooleanSupplier outlivesFailure) {
    this.obeysSyncs = obeysSyncs;
    this.outlivesFailure = outlivesFailure;
  }

  void apply(Event event) {
    switch (event) {
      case Opened(String path, long inode, boolean isNew) -> {
        if (isNew) {
          Inode made = new Inode();
          inodes.put(inode, made);
          waitingNames.add(new Name(path, made));
        }
      }
      case Written(long inode, long offset, byte[] bytes) -> inode(inode).waiting.add(event);
      case Truncated(long inode, long length) -> inode(inode).waiting.add(event);
      case Unlinked(String path) -> waitingNames.add(new Name(path, null));
      case Synced(long inode, boolean failed) -> sync(inodes.get(inode), failed);
      case Event.Failed() -> {}
    }
  }

  private Inode inode(long number) {
    return inodes.computeIfAbsent(number, key -> new Inode());
  }

  /** A folder is none of the files that were made in it. */
  private void sync(@Nullable Inode inode, boolean failed) {
    if (!obeysSyncs) {
      return;
    }
    if (inode == null) {
      if (!failed) {
        waitingNames.forEach(name -> rename(names, name));
        waitingNames.clear();
      }
      return;
    }
    for (Event event : inode.waiting) {
      if (!failed || outlivesFailure.getAsBoolean()) {
        inode.bytes = after(inode.bytes, event);
      }
    }
    inode.waiting.clear();
  }

  private static void rename(Map<String, Inode> names, Name name) {
    if (name.inode == null) {
      names.remove(name.path);
    } else {
      names.put(name.path, name.inode);
    }
  }

  private static byte[] after(byte[] bytes, Event event) {
    return switch (event) {
      case Written(long inode, long offset, byte[] written) -> {
        int end = Math.toIntExact(offset + written.length);
        byte[] longer = end > bytes.length ? Arrays.copyOf(bytes, end) : bytes;
        System.arraycopy(written, 0, longer, (int) offset, written.length);
        yield longer;
      }
      case Truncated(long inode, long length) -> Arrays.copyOf(bytes, (int) length);
      default -> bytes;
    };
  }

  /** Writes what a power cut may leave now of the files whose names begin so. */
  void image(Path from, Path to, Cut cut, SplittableRandom random) throws IOException {
    Map<String, Inode> left = new LinkedHashMap<>(names);
    int renamed =
        switch (cut) {
          case ALL -> waitingNames.size();
          case NOTHING -> 0;
          case FIRST, ANY, TORN -> random.nextInt(waitingNames.size() + 1);
        };
    waitingNames.subList(0, renamed).forEach(name -> rename(left, name));
    for (Map.Entry<String, Inode> file : left.entrySet()) {
      String path = file.getKey();
      if (path.startsWith(from.toString()) && !path.endsWith("-shm")) {
        byte[] bytes = bytes(file.getValue(), cut, random);
        Files.write(Path.of(to + path.substring(from.toString().length())), bytes);
      }
    }
  }

  private static byte[] bytes(Inode inode, Cut cut, SplittableRandom random) {
    List<Event> waiting = inode.waiting;
    byte[] bytes = inode.bytes.clone();
    int first = cut == Cut.FIRST ? random.nextInt(waiting.size() + 1) : 0;
    for (int i = 0; i < waiting.size(); i++) {
      Event event = waiting.get(i);
      bytes =
          switch (cut) {
            case ALL -> after(bytes, event);
            case NOTHING -> bytes;
            case FIRST ->
                i < first ? after(bytes, event) : i == first ? torn(bytes, event, random) : bytes;
            case ANY -> random.nextBoolean() ? after(bytes, event) : bytes;
            case TORN -> torn(bytes, event, random);
          };
    }
    return bytes;
  }

  private static byte[] torn(byte[] bytes, Event event, SplittableRandom random) {
    if (!(event instanceof Written(long inode, long offset, byte[] written))) {
      return random.nextBoolean() ? after(bytes, event) : bytes;
    }
    byte[] torn = bytes;
    int from = 0;
    while (from < written.length) {
      int to = (int) Math.min(written.length, (offset + from) / SECTOR * SECTOR + SECTOR - offset);
      if (random.nextBoolean()) {
        byte[] sector = Arrays.copyOfRange(written, from, to);
        torn = after(torn, new Written(inode, offset + from, sector));
      }
      from = to;
    }
    return torn;
  }
}

package org.kyneta.faults.sqlite;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What only the system itself can do. */
@SuppressWarnings("restricted") // Native access is what this is for.
final class Linux {

  private static final int SIGSTOP = 19;

  /** EXT4_IOC_SHUTDOWN, which is {@code _IOR('X', 125, __u32)}. */
  private static final long SHUTDOWN = 0x8004587DL;

  /** EXT4_GOING_FLAGS_NOLOGFLUSH: neither data nor the file system's own log are written. */
  private static final int NO_LOG_FLUSH = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = STATE.varHandle(PathElement.groupElement("errno"));
  private static final MethodHandle KILL = function("kill", 2, JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN = function("open", 2, ADDRESS, JAVA_INT);
  private static final MethodHandle IOCTL = function("ioctl", 2, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle CLOSE = function("close", 1, JAVA_INT);

  private Linux() {}

  private static MethodHandle function(String name, int fixed, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  private interface Call {
    int invoke(MemorySegment state) throws Throwable;
  }

  private static int call(String name, Arena arena, Call call) throws IOException {
    MemorySegment state = arena.allocate(STATE);
    int result;
    try {
      result = call.invoke(state);
    } catch (Throwable e) {
      throw new LinkageError(name + " could not be called", e);
    }
    if (result < 0) {
      throw new IOException(
          "expected %s to succeed, found errno %d".formatted(name, (int) ERRNO.get(state, 0L)));
    }
    return result;
  }

  /** Stops a process, and returns when each of its threads is stopped. */
  static void stop(long pid) throws IOException, InterruptedException {
    try (Arena arena = Arena.ofConfined()) {
      call("kill", arena, state -> (int) KILL.invokeExact(state, (int) pid, SIGSTOP));
    }
    long since = System.nanoTime();
    while (!areAllStopped(pid)) {
      if (System.nanoTime() - since > PATIENCE.toNanos()) {
        throw new IOException("expected process %d to stop, found it running".formatted(pid));
      }
      Thread.onSpinWait();
    }
  }

  private static boolean areAllStopped(long pid) throws IOException {
    List<Path> threads;
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      threads = all.toList();
    }
    for (Path thread : threads) {
      if (!isStopped(thread)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isStopped(Path thread) throws IOException {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      // The state comes after the name, which stands in parentheses and may hold some itself.
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** Shuts down the ext4 file system that is mounted at a folder, without writing anything. */
  static void shutDown(Path mountPoint) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(mountPoint.toString());
      int file = call("open", arena, state -> (int) OPEN.invokeExact(state, path, 0));
      try {
        MemorySegment flags = arena.allocateFrom(ValueLayout.JAVA_INT, NO_LOG_FLUSH);
        call("ioctl", arena, state -> (int) IOCTL.invokeExact(state, file, SHUTDOWN, flags));
      } finally {
        call("close", arena, state -> (int) CLOSE.invokeExact(state, file));
      }
    }
  }
}

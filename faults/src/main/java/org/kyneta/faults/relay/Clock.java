package org.kyneta.faults.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.kyneta.faults.CLibrary;
import org.kyneta.faults.SkippedException;

/** The clocks of a process, which can be set while it runs. For one thread. */
final class Clock implements AutoCloseable {

  private final Path library;
  private final Path offsets;
  private final FileChannel channel;

  private Clock(Path library, Path offsets, FileChannel channel) {
    this.library = library;
    this.offsets = offsets;
    this.channel = channel;
  }

  /** One of the clocks of a process. */
  enum Which {
    /** The one that tells the time, as {@link System#currentTimeMillis} does. */
    WALL(0),
    /** The one that only measures, as {@link System#nanoTime} does. */
    MEASURING(Long.BYTES);

    /** Where the library reads its offset, in bytes. */
    private final long position;

    Which(long position) {
      this.position = position;
    }
  }

  /**
   * Makes one that tells the time as it is.
   *
   * @param folder where its library is put
   * @throws SkippedException if there is no C compiler
   */
  static Clock make(Path folder) throws IOException, InterruptedException {
    Path library = CLibrary.make("clock.so", folder);
    Path offsets = folder.resolve("offsets");
    FileChannel channel =
        FileChannel.open(offsets, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Clock clock = new Clock(library, offsets, channel);
    clock.set(Which.WALL, 0);
    clock.set(Which.MEASURING, 0);
    return clock;
  }

  /** Puts a process that is started next under these clocks. */
  Serve under(Serve process) {
    return process.with("LD_PRELOAD", library.toString()).with("KYNETA_CLOCK", offsets.toString());
  }

  /** Sets a clock so many seconds before the real one, or behind it if there are less than 0. */
  void set(Which clock, long seconds) throws IOException {
    ByteBuffer number =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(0, seconds);
    channel.write(number, clock.position);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

package org.kyneta.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Progress;

/**
 * A bar on standard error, if that is a terminal and the work takes longer than a moment.
 *
 * <p>It is wiped away when the work ends, so that what is left to read is the result.
 */
final class ProgressLine implements Progress, AutoCloseable {

  private static final long PATIENCE_NANOS = 300_000_000;
  private static final int UPDATE_MILLIS = 100;
  private static final int USUAL_COLUMNS = 80;

  private final @Nullable OutputStream terminal;
  private final String task;
  private final String units;
  private final long started = System.nanoTime();
  private @Nullable ProgressBar bar;

  ProgressLine(Streams streams, String task, String units) {
    this.terminal = streams.errIsTerminal() ? streams.err() : null;
    this.task = task;
    this.units = units;
  }

  @Override
  public synchronized void at(long done, long total) {
    if (terminal == null) {
      return;
    }
    if (bar == null) {
      if (System.nanoTime() - started < PATIENCE_NANOS) {
        return;
      }
      bar = newBar(terminal, total);
    }
    if (bar.getMax() != total) {
      bar.maxHint(total);
    }
    bar.stepTo(done);
  }

  private ProgressBar newBar(OutputStream to, long total) {
    ProgressBarBuilder builder =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setUnit(" " + units, 1)
            .setInitialMax(total)
            .setUpdateIntervalMillis(UPDATE_MILLIS)
            .setStyle(ProgressBarStyle.ASCII)
            .showSpeed()
            .setConsumer(new Line(to));
    return (total < 0 ? builder.hideEta() : builder).build();
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
  }

  /** One line of a terminal, written over and over. */
  private record Line(OutputStream terminal) implements ProgressBarConsumer {

    @Override
    public int getMaxRenderedLength() {
      try {
        return Integer.parseInt(System.getenv().getOrDefault("COLUMNS", "")) - 1;
      } catch (NumberFormatException e) {
        return USUAL_COLUMNS - 1;
      }
    }

    @Override
    public void accept(String text) {
      write("\r" + text);
    }

    @Override
    public void close() {
      write("\r" + " ".repeat(getMaxRenderedLength()) + "\r");
    }

    private void write(String text) {
      try {
        terminal.write(text.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // A bar that cannot be seen must not stop the work that it is about.
      }
    }
  }
}

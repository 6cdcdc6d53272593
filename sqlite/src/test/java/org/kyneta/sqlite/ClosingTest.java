package org.kyneta.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever has closed a store finds its file closed, also if another thread closes it as well. */
@Timeout(60)
class ClosingTest {

  @TempDir private Path directory;
  private DatabaseFile file;

  @BeforeEach
  void makeFile() {
    Path path = directory.resolve("store.db");
    SqliteStore.open(path).close();
    file = DatabaseFile.toWrite(path, SqliteOptions.DEFAULT);
  }

  /** A connection that takes its time to be closed. */
  private static final class SlowAdapter extends SqliteAdapter {

    private final SqliteAdapter real;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch mayClose = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    SlowAdapter(SqliteAdapter real) {
      this.real = real;
    }

    @Override
    public long exec(String sql, Binding binding) {
      return real.exec(sql, binding);
    }

    @Override
    public Rows iterate(String sql, Binding binding) {
      return real.iterate(sql, binding);
    }

    @Override
    public void close() {
      closing.countDown();
      try {
        mayClose.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      real.close();
      closed.set(true);
    }
  }

  private static void assertThatASecondCloseWaits(FileConnections connections, SlowAdapter slow)
      throws InterruptedException {
    Thread first = Thread.ofPlatform().start(connections::close);
    slow.closing.await();
    AtomicBoolean wasClosed = new AtomicBoolean();
    Thread second =
        Thread.ofPlatform()
            .start(() -> {
              connections.close();
              wasClosed.set(slow.closed.get());
            });
    while (second.getState() == Thread.State.NEW || second.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
    slow.mayClose.countDown();
    first.join();
    second.join();
    assertThat(wasClosed).isTrue();
  }

  @Test
  void aSecondCloseWaitsForTheWriter() throws InterruptedException {
    SlowAdapter slow = new SlowAdapter(file.openWriter());
    FileConnections connections =
        new FileConnections(file, file::openReader).writing(slow, file::openWriter);
    assertThatASecondCloseWaits(connections, slow);
  }

  @Test
  void aSecondCloseWaitsForTheReaders() throws InterruptedException {
    SlowAdapter slow = new SlowAdapter(file.openOnlooker());
    FileConnections connections = new FileConnections(file, () -> slow);
    assertThat(connections.<Boolean>read(adapter -> true)).isTrue();
    assertThatASecondCloseWaits(connections, slow);
  }
}

package org.kyneta.faults.sqlite;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.kyneta.faults.ChildJvm;
import org.kyneta.faults.Model;
import org.kyneta.faults.Report;
import org.kyneta.faults.Report.Stage;
import org.kyneta.faults.Verdict;

/** A {@link Writer} as a process of its own, until it is killed. Not thread-safe. */
final class WriterProcess implements AutoCloseable {

  private static final int SECONDS_TO_STOP = 15;
  private static final int KILLED = 128 + 9;

  /** After so long without the awaited number of operations, it counts as stuck. */
  private static final int MOST_SECONDS = 120;

  private final Process process;

  private WriterProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts one, which waits for its assignment.
   *
   * @param folder where it unpacks SQLite's library, and complains
   */
  static WriterProcess start(Path folder) throws IOException {
    Path unpacked = Files.createDirectories(folder.resolve("native"));
    ProcessBuilder builder = ChildJvm.of(Writer.class.getName(), unpacked, List.of());
    builder.redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("writer.log").toFile()));
    return new WriterProcess(builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** Kills it, and leaves its output to be read, which the process's own method would close. */
  void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Lets it write to a store that is as a model says. */
  void go(Assignment assignment, Model model) throws IOException {
    BufferedWriter in = process.outputWriter(StandardCharsets.UTF_8);
    in.write(assignment.toLine() + "\n");
    for (int writer = 0; writer < Assignment.WRITERS; writer++) {
      for (String docId : Assignment.docIds(writer)) {
        in.write(model.length(docId) + " " + docId + "\n");
      }
    }
    in.write(Writer.GO + "\n");
    in.flush();
  }

  /**
   * Tells a model what the process reports, until it has ended.
   *
   * @param moment when it is struck
   * @param ending by what
   * @return what it did that it must not, such as to fail by itself
   */
  Verdict follow(Model model, Moment moment, Ending ending)
      throws IOException, InterruptedException {
    Verdict verdict = Verdict.NOTHING;
    boolean isStruck = false;
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture<Void> stuck =
        CompletableFuture.runAsync(
            this::kill, CompletableFuture.delayedExecutor(MOST_SECONDS, TimeUnit.SECONDS));
    if (moment.operations() == 0) {
      isStruck = strike(moment, ending);
    }
    int done = 0;
    String line;
    while ((line = out.readLine()) != null) {
      if (line.startsWith(Writer.FAILED)) {
        verdict = verdict.plus(Verdict.of("expected no failure, found " + line));
      } else {
        Report report = Report.parse(line);
        report.tell(model);
        done += report.stage() == Stage.DONE ? 1 : 0;
      }
      if (!isStruck && done > 0 && done == moment.operations() && verdict.isClean()) {
        isStruck = strike(moment, ending);
      }
    }
    stuck.cancel(/* mayInterruptIfRunning= */ false);
    int code = process.waitFor();
    return isStruck && code == KILLED
        ? verdict
        : verdict.plus(
            Verdict.of(
                "expected the process to write until it was killed, found that it ended with %d after %d operations"
                    .formatted(code, done)));
  }

  /** Returns whether it was still alive. */
  private boolean strike(Moment moment, Ending ending) throws IOException, InterruptedException {
    boolean isAlive = !process.waitFor(moment.millis(), TimeUnit.MILLISECONDS);
    ending.strike(this);
    return isAlive;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      if (!process.waitFor(SECONDS_TO_STOP, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "expected process %d to end, found it alive".formatted(pid()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

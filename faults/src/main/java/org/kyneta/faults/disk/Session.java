package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.kyneta.faults.Command;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Folders;
import org.kyneta.faults.Report;
import org.kyneta.faults.Workload;
import org.kyneta.faults.disk.Event.Opened;
import org.kyneta.faults.disk.Event.Written;
import org.kyneta.store.StorageException;

/** A session that was recorded: what happened on the disk, and what it has said of itself. */
record Session(long seed, Setting setting, List<Event> events) {

  private static final int OPERATIONS = 40;
  private static final int DOCUMENTS = 6;
  private static final long OF_LATER = 1_000_000;
  private static final String ASKS_FOR_REOPENING = "open the store anew";
  private static final int LARGEST_PAYLOAD = 30_000;

  /** Returns what is written with a seed. */
  static Contents contents(long seed) {
    return new Contents(seed, LARGEST_PAYLOAD);
  }

  /** Returns what a seed lets a session do. */
  static Workload workload(long seed) {
    return workload(seed, 0);
  }

  /** Returns what it lets another process do that takes the session up, whatever it finds. */
  static Workload laterWorkload(long seed) {
    return workload(-seed, OF_LATER);
  }

  private static Workload workload(long seed, long firstNumber) {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      lengths.put("document " + i, 0);
    }
    return new Workload(seed, lengths, firstNumber);
  }

  /** Returns where a session says what it does: a file of its own, a write for each report. */
  static Path reports(Path folder) {
    return folder.resolve("reports");
  }

  /** Returns whether a store says that it has to be opened anew. */
  static boolean asksForReopening(StorageException e) {
    return String.valueOf(e.getMessage()).contains(ASKS_FOR_REOPENING);
  }

  /** Returns where it happened. */
  Path folder() {
    return Objects.requireNonNull(Path.of(first().path()).getParent(), "parent");
  }

  /** Returns what the session says of itself with an event, if it is that which the event is. */
  Optional<Report> report(Event event) {
    return event instanceof Written written && written.inode() == first().inode()
        ? Optional.of(Report.parse(new String(written.bytes(), StandardCharsets.UTF_8)))
        : Optional.empty();
  }

  private Opened first() {
    return (Opened) events.getFirst();
  }

  /** Runs a session in a process of its own and records it. */
  static Session record(Shim shim, long seed, Setting setting)
      throws IOException, InterruptedException {
    run(shim, SessionProcess.class, seed, Integer.toString(OPERATIONS), setting);
    return take(shim, seed, setting);
  }

  /**
   * Runs a session, or a part of one, in a process of its own.
   *
   * @param what what there is to do, in a word that the class knows
   */
  static void run(Shim shim, Class<?> main, long seed, String what, Setting setting)
      throws IOException, InterruptedException {
    Process process =
        shim.start(
            main,
            List.of(
                shim.folder().toString(),
                shim.control().toString(),
                Long.toString(seed),
                what,
                setting.library().name(),
                setting.sync().name()));
    Command.await(process, "the session");
  }

  /** Takes the record of what was run, and the files away. */
  static Session take(Shim shim, long seed, Setting setting) throws IOException {
    List<Event> events = Event.parse(Files.readAllBytes(shim.log()));
    Files.delete(shim.log());
    Folders.empty(shim.folder());
    return new Session(seed, setting, events);
  }
}

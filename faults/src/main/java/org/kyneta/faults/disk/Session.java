package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.kyneta.faults.Command;
import org.kyneta.faults.Contents;
import org.kyneta.faults.Folders;
import org.kyneta.faults.Workload;

/** A session that was recorded: what happened on the disk, and what it has said of itself. */
record Session(long seed, Setting setting, List<Event> events) {

  private static final int OPERATIONS = 40;
  private static final int DOCUMENTS = 6;
  private static final int LARGEST_PAYLOAD = 30_000;

  /** Returns what is written with a seed. */
  static Contents contents(long seed) {
    return new Contents(seed, LARGEST_PAYLOAD);
  }

  /** Returns what a seed lets a session do. */
  static Workload workload(long seed) {
    Map<String, Integer> lengths = new LinkedHashMap<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      lengths.put("document " + i, 0);
    }
    return new Workload(seed, lengths, 0);
  }

  /** Returns where a session says what it does: a file of its own, a write for each report. */
  static Path reports(Path folder) {
    return folder.resolve("reports");
  }

  /** Runs a session in a process of its own and records it. */
  static Session record(Shim shim, long seed, Setting setting)
      throws IOException, InterruptedException {
    Process process =
        shim.start(
            SessionProcess.class,
            List.of(
                shim.folder().toString(),
                shim.control().toString(),
                Long.toString(seed),
                Integer.toString(OPERATIONS),
                setting.library().name(),
                setting.sync().name()));
    Command.await(process, "the session");
    List<Event> events = Event.parse(Files.readAllBytes(shim.log()));
    Files.delete(shim.log());
    Folders.empty(shim.folder());
    return new Session(seed, setting, events);
  }
}

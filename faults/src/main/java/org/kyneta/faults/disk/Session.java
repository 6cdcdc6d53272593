package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.kyneta.store.StoreRecord;

/**
 * A session that was recorded: what happened on the disk, and what must have been there after each
 * of its operations.
 *
 * @param states the documents before the first operation, after it, and so on
 */
record Session(
    long seed, Setting setting, List<Event> events, List<Map<String, List<StoreRecord>>> states) {

  static final int OPERATIONS = 40;

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
    try {
      String output = Shim.text(process.getInputStream());
      if (process.waitFor() != 0) {
        throw new IOException("the session failed: " + output);
      }
    } finally {
      process.destroyForcibly();
    }
    List<Event> events = Event.parse(Files.readAllBytes(shim.log()));
    Files.delete(shim.log());
    empty(shim.folder());
    return new Session(seed, setting, events, states(seed));
  }

  static void empty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static List<Map<String, List<StoreRecord>>> states(long seed) {
    List<Map<String, List<StoreRecord>>> states = new ArrayList<>();
    states.add(Map.of());
    for (int i = 0; i < OPERATIONS; i++) {
      Operation operation = Operation.of(seed, i);
      Map<String, List<StoreRecord>> next = new TreeMap<>(states.getLast());
      operation
          .after(next.getOrDefault(operation.docId(), List.of()))
          .ifPresent(stream -> next.put(operation.docId(), stream));
      next.values().removeIf(List::isEmpty);
      states.add(next);
    }
    return states;
  }
}

package org.kyneta.benchmarks.load;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.kyneta.relay.replica.Merge.Learned;
import org.kyneta.relay.replica.Replica;
import org.kyneta.relay.replica.Replicas;
import org.kyneta.relay.replica.UnreadableException;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.StoreMeta;
import org.kyneta.store.StoreRecord.Entry;
import org.kyneta.store.SyncMode;

/**
 * A real editing session in Yjs: its updates, and the version of the document after each. Versions
 * are made when they are first asked for. Not thread-safe.
 */
final class Trace {

  private static final StoreMeta META =
      StoreMeta.of(
          new ReplicaType("yjs", 1, 0),
          SyncMode.COLLABORATIVE,
          "02fe3debf1353e5b98f537ea8305b60aa6");

  private final List<byte[]> updates;
  private final Replica replica = emptyReplica();
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Integer> lengths = new HashMap<>();
  private int merged;

  private Trace(List<byte[]> updates) {
    this.updates = updates;
    lengths.put(replica.version(), 0);
  }

  /**
   * One edit.
   *
   * @param bytes the update
   * @param payload the same as a payload
   * @param version the document's version after it
   */
  record Step(byte[] bytes, Payload payload, String version) {}

  /**
   * Reads the sessions of a folder, in the order of their names.
   *
   * @throws NoSuchFileException if there are none
   */
  static List<Trace> readAll(Path folder) throws IOException {
    List<Trace> traces = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(Trace::isUpdates).sorted().toList()) {
        traces.add(read(file));
      }
    }
    if (traces.isEmpty()) {
      throw new NoSuchFileException(folder + ": expected *.updates.gz, found none");
    }
    return traces;
  }

  private static boolean isUpdates(Path file) {
    return file.toString().endsWith(".updates.gz");
  }

  private static Trace read(Path file) throws IOException {
    byte[] log;
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      log = in.readAllBytes();
    }
    List<byte[]> updates = new ArrayList<>();
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(log));
    while (in.available() > 0) {
      updates.add(in.readNBytes(in.readInt()));
    }
    return new Trace(updates);
  }

  /** Returns a replica without content of a document that a session is replayed into. */
  static Replica emptyReplica() {
    return new Replicas(InstantSource.system()).empty(META);
  }

  /** Returns what a document that a session is replayed into is announced as. */
  static Document announcement(String docId) {
    String hash = META.schemaHash();
    return new Document(docId, META.replicaType(), META.syncMode(), hash, java.util.Set.of(hash));
  }

  /** Returns whether there is an edit with a number, from 0. */
  boolean has(int number) {
    while (steps.size() <= number && merged < updates.size()) {
      advance(updates.get(merged++));
    }
    return number < steps.size();
  }

  /** Edits that change nothing are left out: nobody could tell whether they were kept. */
  private void advance(byte[] update) {
    Payload payload = Payload.binary(Kind.SINCE, update);
    try {
      if (replica.merge(new Entry(payload, "")) instanceof Learned) {
        steps.add(new Step(update, payload, replica.version()));
        lengths.putIfAbsent(replica.version(), steps.size());
      }
    } catch (UnreadableException e) {
      throw new IllegalStateException("an update of the session cannot be read", e);
    }
  }

  /**
   * Returns an edit.
   *
   * @throws IndexOutOfBoundsException if there is none with that number
   */
  Step step(int number) {
    if (!has(number)) {
      throw new IndexOutOfBoundsException(number);
    }
    return steps.get(number);
  }

  /** Returns the version after the first so many edits. */
  String version(int count) {
    return count == 0 ? emptyReplica().version() : step(count - 1).version();
  }

  /**
   * Returns after how many edits the document has a version, or -1 if it is that of no beginning of
   * this session as far as it was replayed.
   */
  int lengthAt(String version) {
    return lengths.getOrDefault(version, -1);
  }
}

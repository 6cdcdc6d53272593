package org.kyneta.faults.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.kyneta.faults.Contents;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.sqlite.Tuning;

/**
 * What a process that writes is to do.
 *
 * @param library how it reaches SQLite
 * @param stores how many stores it opens over the file, which its writers share
 * @param durability how it opens them
 * @param checkpointPages after how many pages the log is brought into the file
 * @param flaw what is broken about its store
 * @param seed decides what it writes
 * @param firstNumber the number of the first record that a writer writes
 * @param file the store's file
 */
record Assignment(
    Library library,
    int stores,
    Durability durability,
    int checkpointPages,
    Flaw flaw,
    long seed,
    long firstNumber,
    Path file) {

  static final int WRITERS = 16;
  private static final int DOCUMENTS_PER_WRITER = 4;
  private static final int LARGEST_PAYLOAD = 12_000;

  /** Returns the documents of a writer. */
  static List<String> docIds(int writer) {
    List<String> docIds = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS_PER_WRITER; i++) {
      docIds.add("writer %d/document %d".formatted(writer, i));
    }
    return docIds;
  }

  /** Returns what is written with a seed. */
  static Contents contents(long seed) {
    return new Contents(seed, LARGEST_PAYLOAD);
  }

  SqliteStore open() {
    return SqliteStore.open(
        file,
        SqliteOptions.DEFAULT
            .withBinding(library.binding())
            .withDurability(durability)
            .withTuning(Tuning.DEFAULT.withCheckpoint(checkpointPages)));
  }

  String toLine() {
    return "%s %d %s %d %s %d %d %s"
        .formatted(library, stores, durability, checkpointPages, flaw, seed, firstNumber, file);
  }

  static Assignment parse(String line) {
    String[] parts = line.split(" ", 8);
    return new Assignment(
        Library.valueOf(parts[0]),
        Integer.parseInt(parts[1]),
        Durability.valueOf(parts[2]),
        Integer.parseInt(parts[3]),
        Flaw.valueOf(parts[4]),
        Long.parseLong(parts[5]),
        Long.parseLong(parts[6]),
        Path.of(parts[7]));
  }
}

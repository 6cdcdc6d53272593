package org.kyneta.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the peers have their databases. */
interface Places extends AutoCloseable {

  /** Returns a place of a peer's own for an experiment, where nothing is. */
  String create(String peer, Command command) throws IOException;

  /**
   * Adds documents without records to those that a peer has made, where making them one by one
   * would take too long.
   *
   * @param documents how many documents there are to be
   */
  void addDocuments(String place, int documents) throws IOException;

  /** Removes what the last experiment has left. */
  void clear() throws IOException;

  @Override
  void close() throws IOException;

  /** Files in a directory, which is removed in the end. */
  record InDirectory(Path directory) implements Places {

    @Override
    public String create(String peer, Command command) {
      return directory.resolve(peer.replace(' ', '-') + ".db").toString();
    }

    @Override
    public void addDocuments(String place, int documents) {
      throw new UnsupportedOperationException("files are filled by their peers");
    }

    @Override
    public void clear() throws IOException {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Files.delete(file);
        }
      }
    }

    @Override
    public void close() {}
  }
}

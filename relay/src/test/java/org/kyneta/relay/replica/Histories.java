package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import org.kyneta.relay.JavaScript;
import org.kyneta.store.StoreRecord.Entry;

/** The real Yjs and Loro, in a process that makes random histories and looks at what we export. */
final class Histories implements AutoCloseable {

  private final JavaScript process;

  private Histories(JavaScript process) {
    this.process = process;
  }

  /** Starts the process, or skips the test where that cannot be. */
  static Histories start() throws IOException {
    return new Histories(JavaScript.start("histories.mjs"));
  }

  /**
   * What several writers did to a document.
   *
   * @param version the version of everything
   * @param writers what each writer has of it
   * @param updates what adds up to everything
   * @param snapshots what some writer had at some time
   */
  record History(
      String version, List<String> writers, List<byte[]> updates, List<Entry> snapshots) {}

  /** Makes a history. */
  History make(String type, int seed) throws IOException {
    String version = "";
    List<String> writers = new ArrayList<>();
    List<byte[]> updates = new ArrayList<>();
    List<Entry> snapshots = new ArrayList<>();
    for (String word : ask(type + ' ' + seed).split(" ", -1)) {
      String rest = word.substring(2);
      switch (word.charAt(0)) {
        case 'v' -> version = rest;
        case 'w' -> writers.add(rest);
        case 'u' -> updates.add(Base64.getDecoder().decode(rest));
        case 's' -> {
          int colon = rest.indexOf(':');
          byte[] snapshot = Base64.getDecoder().decode(rest.substring(colon + 1));
          snapshots.add(Offers.offer(snapshot, rest.substring(0, colon)));
        }
        default -> throw new IOException("expected a part of a history, found " + word);
      }
    }
    return new History(version, writers, updates, snapshots);
  }

  /** Asserts that a writer's document, or a new one for -1, becomes complete by some offers. */
  void assertCompletes(int writer, List<Entry> offers) throws IOException {
    List<byte[]> payloads = offers.stream().map(Offers::bytes).toList();
    assertThat(ask("check " + writer + words(payloads))).isEqualTo("same");
  }

  /** Returns a digest of the text of a Yjs document, and its state vector. */
  String text(List<byte[]> updates) throws IOException {
    return ask("text" + words(updates));
  }

  private static String words(Collection<byte[]> arrays) {
    StringBuilder words = new StringBuilder();
    for (byte[] bytes : arrays) {
      words.append(' ').append(Base64.getEncoder().encodeToString(bytes));
    }
    return words.toString();
  }

  private String ask(String command) throws IOException {
    return process.ask(command);
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}

package org.kyneta.jooq;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jooq.SQLDialect;
import org.kyneta.store.Cursor;
import org.kyneta.store.RecordRejectedException;
import org.kyneta.store.Store;
import org.kyneta.store.StoreRecord;

/** What tests let another process do. */
final class Child {

  private Child() {}

  /** Starts a process that works on a database. */
  static Process start(Database database, int heapMebibytes, String... task) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.add("-Xmx" + heapMebibytes + "m");
    command.addAll(List.of("-cp", classPath(), Child.class.getName()));
    command.addAll(List.of(database.dialect().name(), database.url()));
    command.addAll(List.of(task));
    return new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** Where the tests run on the module path, that is a part of it. */
  private static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String modules = System.getProperty("jdk.module.path", "");
    String tests = Path.of("target", "test-classes").toAbsolutePath().toString();
    return String.join(File.pathSeparator, tests, path, modules);
  }

  /** Does a task; the exit code is 0 when it was done. */
  public static void main(String[] arguments) {
    Database database = Database.at(SQLDialect.valueOf(arguments[0]), arguments[1]);
    try (database;
        Store store = JooqStore.open(database.dsl(), JooqOptions.DEFAULT)) {
      switch (arguments[2]) {
        case "append" -> append(store, arguments[3], Integer.parseInt(arguments[4]));
        case "remake" -> remake(store, arguments[3], Integer.parseInt(arguments[4]));
        case "load" -> load(store, arguments[3], Integer.parseInt(arguments[4]));
        default -> throw new IllegalArgumentException(arguments[2]);
      }
    }
  }

  static void append(Store store, String docId, int count) {
    for (int i = 0; i < count; i++) {
      store.append(docId, Samples.entry(i));
    }
  }

  /** Deletes a document and makes it anew, while others do too and append in between. */
  static void remake(Store store, String docId, int count) {
    for (int i = 0; i < count; i++) {
      store.delete(docId);
      store.append(docId, StoreRecord.meta(Samples.META));
      try {
        store.append(docId, Samples.entry(i));
      } catch (RecordRejectedException e) {
        if (e.rule() != RecordRejectedException.Rule.FIRST_RECORD_IS_META) {
          throw e;
        }
      }
    }
  }

  private static void load(Store store, String docId, int expected) {
    int found = 0;
    try (Cursor<StoreRecord> cursor = store.loadAll(docId)) {
      while (cursor.hasNext()) {
        cursor.next();
        found++;
      }
    }
    if (found != expected) {
      throw new IllegalStateException("expected " + expected + " records, found " + found);
    }
  }
}

package org.kyneta.sqlite;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.sql.Format;
import org.kyneta.sql.Progress;
import org.kyneta.sql.RowCodec;
import org.kyneta.sql.TableNames;
import org.kyneta.sql.VerificationReport;
import org.kyneta.sqlite.SalvageRows.MetaRow;
import org.kyneta.sqlite.SalvageRows.RecordRow;
import org.kyneta.sqlite.SalvagedDocument.State;
import org.kyneta.sqlite.SqliteAdapter.Binding;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import org.kyneta.store.StorageException;

/**
 * Brings what can be read of a damaged store into a new one.
 *
 * <p>The damaged file's pages are read by ourselves, and never given to SQLite, which stops at the
 * first broken page of a tree and does not look behind it. Each row that is on them is looked at
 * for itself. What is found is sorted in a database of our own, and then written document by
 * document.
 */
final class Salvage {

  private final DamagedFile file;
  private final FileCatalog catalog;
  private final SqliteOptions options;
  private final Progress progress;
  private final BitSet visited = new BitSet();
  private final List<String> notes;
  private long found;

  private Salvage(DamagedFile file, SqliteOptions options, Progress progress) {
    this.file = file;
    this.options = options;
    this.progress = progress;
    this.catalog = new FileCatalog(file);
    this.notes = new ArrayList<>(file.notes());
  }

  static SalvageReport run(
      Path damaged,
      Path target,
      SqliteOptions options,
      Consumer<SalvagedDocument> told,
      Progress progress) {
    Path absolute = target.toAbsolutePath();
    Path reportPath = report(absolute);
    try (DamagedFile file = DamagedFile.open(damaged);
        NewFile store = NewFile.create(absolute);
        NewFile report = NewFile.create(reportPath);
        NewFile stage = NewFile.create(absolute.resolveSibling(absolute.getFileName() + ".rows"));
        BufferedWriter lines = report.writer()) {
      SalvageReport done =
          new Salvage(file, options, progress)
              .into(
                  store,
                  stage,
                  document -> {
                    told.accept(document);
                    write(lines, SalvageJson.of(document).toString());
                  });
      write(lines, SalvageJson.of(done).toString());
      lines.flush();
      // The report first: a store that lacks something is never there without it.
      report.publish();
      boolean named = false;
      try {
        store.publish();
        named = true;
      } finally {
        if (!named) {
          Files.deleteIfExists(reportPath);
        }
      }
      return done;
    } catch (SqliteException e) {
      throw Connections.translated(e);
    } catch (IOException | UncheckedIOException e) {
      throw new StorageException(
          absolute + ": expected to write a new store, found: " + e.getMessage(), e);
    }
  }

  /** Returns where the report of a new store is. */
  static Path report(Path target) {
    return target.resolveSibling(target.getFileName() + ".salvage.jsonl");
  }

  private static void write(BufferedWriter lines, String line) {
    try {
      lines.write(line);
      lines.newLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private SalvageReport into(NewFile store, NewFile stageFile, Consumer<SalvagedDocument> told) {
    Format format = format();
    RowCodec codec = new RowCodec(format, options.tables());
    for (long root : catalog.roots()) {
      if (!isOurs(root, format)) {
        catalog.mark(root, visited);
      }
    }
    try (SalvageStage stage = new SalvageStage(open(stageFile));
        SqliteAdapter adapter = open(store)) {
      TreeWalk<MetaRow> index =
          new TreeWalk<>(
              file,
              image -> SalvageRows.meta(image, codec),
              (row, loose) -> stage.add(row),
              visited);
      TreeWalk<RecordRow> records =
          new TreeWalk<>(
              file,
              image -> SalvageRows.record(image, codec),
              (row, loose) -> take(row, loose, stage),
              visited);
      walk(index, codec.tables().metaIn(format));
      walk(records, codec.tables().recordsName());
      placeLoosePages(index, records);
      SalvageTarget target = write(adapter, format, stage, records.lost(), told);
      boolean maybeUnnamed = !records.lost().isEmpty() && !index.lost().isEmpty();
      return new SalvageReport(
          format,
          target.count(State.WHOLE),
          target.count(State.CUT),
          target.count(State.END_UNKNOWN),
          target.count(State.LOST),
          target.records(),
          target.unverified(),
          target.beyond(),
          maybeUnnamed,
          List.copyOf(notes));
    }
  }

  private SqliteAdapter open(NewFile target) {
    Path path = target.temporary();
    String address = "file:" + path.toUri().getRawPath() + "?mode=rw";
    return options.binding().open(address, path.toString());
  }

  private boolean isOurs(long root, Format format) {
    TableNames tables = options.tables();
    return isRoot(tables.recordsName(), root) || isRoot(tables.metaIn(format), root);
  }

  private boolean isRoot(String table, long root) {
    Long known = catalog.tables().get(table.toLowerCase(Locale.ROOT));
    return known != null && known == root;
  }

  private <R extends TreeWalk.Row> void walk(TreeWalk<R> tree, String table) {
    Long root = catalog.tables().get(table.toLowerCase(Locale.ROOT));
    if (root == null) {
      root = likelyRoot(tree);
      notes.add(
          root == null
              ? "table %s was not found".formatted(table)
              : "where table %s begins was not found; page %d looks like it"
                  .formatted(table, root));
    }
    if (root == null) {
      tree.nothingFound();
    } else {
      tree.walk(root);
    }
  }

  /** A root never moves, so it is the first of the pages to which no other leads. */
  private <R extends TreeWalk.Row> @Nullable Long likelyRoot(TreeWalk<R> tree) {
    for (long page : catalog.tops()) {
      if (!visited.get((int) page) && !tree.read(page).isEmpty()) {
        return page;
      }
    }
    return null;
  }

  /** Only where it is known which pages are free, one to which nothing leads is none of them. */
  private void placeLoosePages(TreeWalk<MetaRow> index, TreeWalk<RecordRow> records) {
    List<Long> loose = new ArrayList<>(records.misplaced());
    loose.addAll(index.misplaced());
    boolean missing = !index.lost().isEmpty() || !records.lost().isEmpty();
    if (missing && catalog.isFreeListWhole()) {
      for (long page : catalog.tops()) {
        if (!visited.get((int) page)) {
          loose.add(page);
        }
      }
    } else if (missing) {
      notes.add("it is not known which pages are free: those to which nothing leads are not used");
    }
    index.place(loose);
    records.place(loose);
  }

  private void take(RecordRow row, boolean loose, SalvageStage stage) {
    stage.add(row, loose);
    if (++found % 1_000 == 0) {
      progress.at(found, -1);
    }
  }

  private SalvageTarget write(
      SqliteAdapter adapter,
      Format format,
      SalvageStage stage,
      LostRanges lost,
      Consumer<SalvagedDocument> told) {
    DatabaseFile.query(adapter, "PRAGMA journal_mode = OFF");
    adapter.exec("PRAGMA synchronous = OFF", Binding.NONE);
    adapter.exec("BEGIN", Binding.NONE);
    Schema schema = Schema.openOrCreate(adapter, options.tables(), format);
    SalvageTarget target = new SalvageTarget(adapter, schema, lost, told);
    stage.forEach(target);
    adapter.exec("COMMIT", Binding.NONE);
    VerificationReport check = new Verifier(adapter, schema, finding -> {}, Progress.NONE).run();
    if (!check.isSound()) {
      throw new StorageException(
          adapter.name() + ": expected to have written a sound store, found " + check, null);
    }
    return target;
  }

  /** Returns the format in which most metadata can be read. */
  private Format format() {
    Map<Format, Integer> votes = new HashMap<>();
    for (Format format : Format.values()) {
      RowCodec codec = new RowCodec(format, options.tables());
      for (int page = 2; page <= file.pages(); page++) {
        TreePage tree = file.tree(page);
        for (int i = 0; tree != null && tree.isIndex() && i < tree.cells(); i++) {
          RowImage image = RowImage.of(file, tree, i);
          if (image != null && SalvageRows.meta(image, codec) != null) {
            votes.merge(format, 1, Integer::sum);
          }
        }
      }
    }
    if (votes.isEmpty()) {
      return byTables();
    }
    return votes.getOrDefault(Format.V2, 0) > votes.getOrDefault(Format.V1, 0)
        ? Format.V2
        : Format.V1;
  }

  private Format byTables() {
    if (catalog.tables().containsKey(Format.V2.metaTable())) {
      return Format.V2;
    }
    if (catalog.tables().containsKey(Format.V1.metaTable())) {
      return Format.V1;
    }
    throw new IncompatibleFormatException(
        Reason.NOT_A_STORE, file.toString(), "rows of a store", "none that can be read");
  }
}

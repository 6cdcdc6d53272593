package org.kyneta.sqlite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks through the tree of a table without row ids, as much of it as is there, and keeps account
 * of where rows may be missing.
 *
 * <p>A page's rows must lie between the keys that the pages above it say, in ascending order. A
 * page whose rows lie elsewhere is at a wrong place: it and pages to which nothing leads, unless
 * they are free, are put where keys are missing, if they fit there.
 */
final class TreeWalk<R extends TreeWalk.Row> {

  private static final int DEEPEST = 40;

  private final DamagedFile file;
  private final Reader<R> reader;
  private final Sink<R> sink;
  private final BitSet visited;
  private final LostRanges lost = new LostRanges();
  private final List<Long> misplaced = new ArrayList<>();
  private boolean loose;

  /** A row of a tree. */
  interface Row {
    RowKey key();
  }

  /** Tells what a row is. */
  interface Reader<R> {

    /** Returns a row that is as it was written; null if it cannot be. */
    @Nullable R read(RowImage image);
  }

  /** Takes what is found. */
  interface Sink<R> {

    /**
     * Takes a row.
     *
     * @param loose whether it was found on a page that is at a wrong place
     */
    void take(R row, boolean loose);
  }

  /** Begins; pages that are walked through are noted as visited. */
  TreeWalk(DamagedFile file, Reader<R> reader, Sink<R> sink, BitSet visited) {
    this.file = file;
    this.reader = reader;
    this.sink = sink;
    this.visited = visited;
  }

  LostRanges lost() {
    return lost;
  }

  /** Returns the pages that were found at a wrong place. */
  List<Long> misplaced() {
    return misplaced;
  }

  /** Walks through the tree below a page. */
  void walk(long root) {
    walk(root, null, null, 0);
  }

  /** Notes that the whole tree could not be found. */
  void nothingFound() {
    lost.add(null, null);
  }

  /** Puts pages where keys are missing. */
  void place(List<Long> pages) {
    loose = true;
    List<LostRanges.Range> ranges = lost.all();
    for (long page : pages) {
      List<R> found = read(page);
      if (!found.isEmpty() && !visited.get((int) page)) {
        RowKey first = found.getFirst().key();
        RowKey last = found.getLast().key();
        for (LostRanges.Range range : ranges) {
          if (range.contains(first) && range.contains(last)) {
            walk(page, range.after(), range.before(), 0);
            break;
          }
        }
      }
    }
  }

  /** Returns the rows of a page that can be read. */
  List<R> read(long number) {
    List<R> found = new ArrayList<>();
    TreePage page = file.tree(number);
    if (page != null && page.isIndex()) {
      for (int i = 0; i < page.cells(); i++) {
        R row = row(page, i);
        if (row != null) {
          found.add(row);
        }
      }
    }
    return found;
  }

  private @Nullable R row(TreePage page, int cell) {
    RowImage image = RowImage.of(file, page, cell);
    return image == null ? null : reader.read(image);
  }

  private void walk(long number, @Nullable RowKey after, @Nullable RowKey before, int depth) {
    TreePage page = depth > DEEPEST ? null : file.tree(number);
    if (page == null || !page.isIndex() || visited.get((int) number)) {
      lost.add(after, before);
      return;
    }
    List<@Nullable R> cells = new ArrayList<>();
    int read = 0;
    int fitting = 0;
    LostRanges.Range range = new LostRanges.Range(after, before);
    for (int i = 0; i < page.cells(); i++) {
      R row = row(page, i);
      if (row != null) {
        read++;
        if (range.contains(row.key())) {
          fitting++;
        } else {
          row = null;
        }
      }
      cells.add(row);
    }
    if (2 * fitting < read) {
      misplaced.add(number);
      lost.add(after, before);
      return;
    }
    visited.set((int) number);
    if (page.isLeaf() ? !page.isAccountedFor() || isEmptyBelowOthers(page, range) : read == 0) {
      lost.add(after, before);
    }
    new Kept(page, ascending(cells)).walk(after, before, depth);
  }

  private static boolean isEmptyBelowOthers(TreePage page, LostRanges.Range range) {
    return page.cells() == 0 && (range.after() != null || range.before() != null);
  }

  /** Leaves out as few rows as can be, so that the keys of the others ascend. */
  private List<@Nullable R> ascending(List<@Nullable R> cells) {
    int count = cells.size();
    int[] length = new int[count];
    int[] previous = new int[count];
    Arrays.fill(previous, -1);
    int best = -1;
    for (int i = 0; i < count; i++) {
      R row = cells.get(i);
      if (row == null) {
        continue;
      }
      length[i] = 1;
      // Nearly always the row before it is the one.
      for (int j = i - 1; j >= 0 && length[i] <= (best < 0 ? 0 : length[best]); j--) {
        R other = cells.get(j);
        if (other != null && length[j] >= length[i] && other.key().compareTo(row.key()) < 0) {
          length[i] = length[j] + 1;
          previous[i] = j;
        }
      }
      if (best < 0 || length[i] > length[best]) {
        best = i;
      }
    }
    List<@Nullable R> kept = new ArrayList<>(cells);
    kept.replaceAll(row -> null);
    for (int i = best; i >= 0; i = previous[i]) {
      kept.set(i, cells.get(i));
    }
    return kept;
  }

  /** The rows of a page that are taken, with null for the others. */
  private final class Kept {

    private final TreePage page;
    private final List<@Nullable R> cells;

    Kept(TreePage page, List<@Nullable R> cells) {
      this.page = page;
      this.cells = cells;
    }

    void walk(@Nullable RowKey after, @Nullable RowKey before, int depth) {
      RowKey last = after;
      for (int i = 0; i < cells.size(); i++) {
        RowKey next = nextKey(i, before);
        if (!page.isLeaf()) {
          TreeWalk.this.walk(page.child(i), last, next, depth + 1);
        }
        R row = cells.get(i);
        if (row == null) {
          lost.add(last, next);
        } else {
          sink.take(row, loose);
          last = row.key();
        }
      }
      if (!page.isLeaf()) {
        TreeWalk.this.walk(page.child(cells.size()), last, before, depth + 1);
      }
    }

    private @Nullable RowKey nextKey(int from, @Nullable RowKey before) {
      for (int i = from; i < cells.size(); i++) {
        R row = cells.get(i);
        if (row != null) {
          return row.key();
        }
      }
      return before;
    }
  }
}

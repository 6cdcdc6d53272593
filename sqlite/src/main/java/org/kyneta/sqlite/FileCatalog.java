package org.kyneta.sqlite;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which trees a damaged file has, and which of its pages are free. */
final class FileCatalog {

  private static final int PAGES = 28;
  private static final int FREE_LIST = 32;
  private static final int ROOT_COLUMN = 3;

  private final DamagedFile file;
  private final Map<String, Long> tables = new HashMap<>();
  private final List<Long> roots = new ArrayList<>();
  private final BitSet visited = new BitSet();
  private final BitSet free = new BitSet();
  private final Set<Long> freeBehindEnd = new HashSet<>();
  private boolean freeListWhole;

  FileCatalog(DamagedFile file) {
    this.file = file;
    readSchema(1, 0);
    readFreeList();
  }

  /** Returns the roots of tables by their names in lower case, as far as they can be read. */
  Map<String, Long> tables() {
    return tables;
  }

  /** Returns the roots of all trees that can be read. */
  List<Long> roots() {
    return roots;
  }

  /** Returns whether it is known which pages are free. */
  boolean isFreeListWhole() {
    return freeListWhole;
  }

  boolean isFree(int page) {
    return free.get(page);
  }

  private void readSchema(long number, int depth) {
    TreePage page = depth > 10 ? null : file.tree(number);
    if (page == null || page.isIndex() || visited.get((int) number)) {
      return;
    }
    visited.set((int) number);
    for (int i = 0; i < page.cells(); i++) {
      if (page.isLeaf()) {
        RowImage row = RowImage.of(file, page, i);
        if (row != null) {
          take(row);
        }
      } else {
        readSchema(page.child(i), depth + 1);
      }
    }
    if (!page.isLeaf()) {
      readSchema(page.child(page.cells()), depth + 1);
    }
  }

  private void take(RowImage row) {
    if (row.columns() < 5 || !row.isText(0) || !row.isText(1) || !row.isInteger(ROOT_COLUMN)) {
      return;
    }
    long root = row.integer(ROOT_COLUMN);
    if (root < 2 || root > file.pages()) {
      return;
    }
    roots.add(root);
    if (text(row, 0).equals("table")) {
      tables.put(text(row, 1).toLowerCase(Locale.ROOT), root);
    }
  }

  private static String text(RowImage row, int column) {
    return new String(row.bytes(column), StandardCharsets.UTF_8);
  }

  /** Only a list that can be followed whole, and says the same as the header, is believed. */
  private void readFreeList() {
    byte[] first = file.page(1);
    if (first == null || !file.headerReadable()) {
      return;
    }
    // Of a file that was cut short, free pages may be among those that are not there any more.
    long pages = Math.min(Integer.MAX_VALUE, TreePage.u32(first, PAGES));
    long trunk = TreePage.u32(first, FREE_LIST);
    long count = TreePage.u32(first, FREE_LIST + 4);
    while (trunk != 0) {
      byte[] page = file.page(trunk);
      if (page == null || free.get((int) trunk)) {
        return;
      }
      free.set((int) trunk);
      long leaves = TreePage.u32(page, 4);
      if (leaves > file.usable() / 4 - 2) {
        return;
      }
      for (int i = 0; i < leaves; i++) {
        long leaf = TreePage.u32(page, 8 + 4 * i);
        boolean behindEnd = leaf > file.pages() && leaf <= pages;
        if (leaf < 2
            || (leaf > file.pages() && !behindEnd)
            || (behindEnd ? !freeBehindEnd.add(leaf) : free.get((int) leaf))) {
          return;
        }
        if (!behindEnd) {
          free.set((int) leaf);
        }
      }
      trunk = TreePage.u32(page, 0);
    }
    freeListWhole = free.cardinality() + freeBehindEnd.size() == count;
  }

  /** Notes the pages of a tree as visited, whatever is in them. */
  void mark(long number, BitSet pages) {
    mark(number, pages, 0);
  }

  private void mark(long number, BitSet pages, int depth) {
    TreePage page = depth > 40 || pages.get((int) number) ? null : file.tree(number);
    if (page == null) {
      return;
    }
    pages.set((int) number);
    for (int i = 0; !page.isLeaf() && i <= page.cells(); i++) {
      long child = page.child(i);
      if (child > 1 && child <= file.pages()) {
        mark(child, pages, depth + 1);
      }
    }
  }

  /** Returns the pages of trees to which no other page of a tree leads. */
  List<Long> tops() {
    BitSet below = new BitSet();
    BitSet trees = new BitSet();
    for (int i = 2; i <= file.pages(); i++) {
      TreePage page = file.tree(i);
      if (page == null || !page.isIndex() || isFree(i)) {
        continue;
      }
      trees.set(i);
      for (int j = 0; !page.isLeaf() && j <= page.cells(); j++) {
        long child = page.child(j);
        if (child > 1 && child <= file.pages() && child != i) {
          below.set((int) child);
        }
      }
    }
    trees.andNot(below);
    return trees.stream().mapToObj(page -> (long) page).toList();
  }
}

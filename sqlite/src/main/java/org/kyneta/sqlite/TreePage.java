package org.kyneta.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * A page of one of SQLite's trees, taken apart as far as it makes sense. Cells are numbered from 0.
 */
final class TreePage {

  private static final int INTERIOR_INDEX = 2;
  private static final int INTERIOR_TABLE = 5;
  private static final int LEAF_INDEX = 10;
  private static final int LEAF_TABLE = 13;

  private final byte[] bytes;
  private final int header;
  private final int usable;
  private final int type;
  private final int cells;

  private TreePage(byte[] bytes, int header, int usable, int type, int cells) {
    this.bytes = bytes;
    this.header = header;
    this.usable = usable;
    this.type = type;
    this.cells = cells;
  }

  /** What of a cell is on its page, and where the rest of its payload is. */
  record Cell(int from, int local, long payload, long overflow) {}

  /** Takes a page apart; null if it is none of a tree. */
  static @Nullable TreePage parse(byte[] bytes, long number, int usable) {
    int header = number == 1 ? 100 : 0;
    int type = bytes[header] & 0xff;
    switch (type) {
      case INTERIOR_INDEX, INTERIOR_TABLE, LEAF_INDEX, LEAF_TABLE -> {}
      default -> {
        return null;
      }
    }
    TreePage page = new TreePage(bytes, header, usable, type, u16(bytes, header + 3));
    return page.pointersEnd() <= usable ? page : null;
  }

  private int pointersEnd() {
    return header + (isLeaf() ? 8 : 12) + 2 * cells;
  }

  boolean isLeaf() {
    return type == LEAF_INDEX || type == LEAF_TABLE;
  }

  /**
   * Returns whether its cells are the rows of an index, as those of a table without row ids are.
   */
  boolean isIndex() {
    return type == LEAF_INDEX || type == INTERIOR_INDEX;
  }

  int cells() {
    return cells;
  }

  /** Returns the page below a cell of an interior page, or below its end. */
  long child(int cell) {
    if (cell == cells) {
      return u32(bytes, header + 8);
    }
    int at = pointer(cell);
    return at + 4 > usable ? 0 : u32(bytes, at);
  }

  private int pointer(int cell) {
    return u16(bytes, header + (isLeaf() ? 8 : 12) + 2 * cell);
  }

  /** Returns a cell with a payload; null if it cannot be one. */
  @Nullable Cell cell(int cell) {
    int at = pointer(cell);
    if (at < pointersEnd()) {
      return null;
    }
    at += isLeaf() ? 0 : 4;
    long payload = RowImage.varint(bytes, at, usable);
    at += RowImage.varintLength(bytes, at, usable);
    if (type == LEAF_TABLE) {
      at += RowImage.varintLength(bytes, at, usable);
    }
    if (payload < 0 || at > usable || type == INTERIOR_TABLE) {
      return null;
    }
    long most = isIndex() ? (usable - 12) * 64L / 255 - 23 : usable - 35;
    if (payload <= most) {
      return at + payload > usable ? null : new Cell(at, (int) payload, payload, 0);
    }
    long least = (usable - 12) * 32L / 255 - 23;
    long local = least + (payload - least) % (usable - 4);
    local = local <= most ? local : least;
    return at + local + 4 > usable
        ? null
        : new Cell(at, (int) local, payload, u32(bytes, (int) (at + local)));
  }

  byte[] bytes() {
    return bytes;
  }

  /** Returns whether a cell ends where the page does, as it is with the first that was written. */
  boolean reachesItsEnd() {
    for (int i = 0; i < cells; i++) {
      Cell cell = type == INTERIOR_TABLE ? null : cell(i);
      if (cell != null && end(cell) == usable) {
        return true;
      }
    }
    return false;
  }

  private static int end(Cell cell) {
    return cell.from() + cell.local() + (cell.overflow() == 0 ? 0 : 4);
  }

  /** Returns whether every byte belongs to a cell or is free: else cells may have been lost. */
  boolean isAccountedFor() {
    int content = u16(bytes, header + 5);
    int used = bytes[header + 7] & 0xff;
    for (int i = 0; i < cells; i++) {
      Cell cell = cell(i);
      if (cell == null) {
        return false;
      }
      used += Math.max(4, end(cell) - pointer(i));
    }
    int free = u16(bytes, header + 1);
    for (int i = 0; free != 0 && i < usable / 4; i++) {
      if (free + 4 > usable) {
        return false;
      }
      used += u16(bytes, free + 2);
      free = u16(bytes, free);
    }
    return used + (content == 0 ? 65_536 : content) == usable;
  }

  static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  static long u32(byte[] bytes, int at) {
    return (long) u16(bytes, at) << 16 | u16(bytes, at + 2);
  }
}

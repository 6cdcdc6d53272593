package org.kyneta.sql;

/** The formats in which records are kept in SQL tables. */
public enum Format {
  /** What versions 1.5 to 1.8 of the JavaScript packages write; it has no marker. */
  V1(1, "kyneta_meta", "syncProtocol"),
  /** What versions 2.0 to 3.0 write; a marker names the format. */
  V2(2, "kyneta_doc_meta", "syncMode");

  private final int number;
  private final String metaTable;
  private final String syncMember;

  Format(int number, String metaTable, String syncMember) {
    this.number = number;
    this.metaTable = metaTable;
    this.syncMember = syncMember;
  }

  /**
   * Returns the format of a number.
   *
   * @param number 1 or 2
   * @throws IllegalArgumentException if it is another number
   */
  public static Format of(int number) {
    return switch (number) {
      case 1 -> V1;
      case 2 -> V2;
      default -> throw new IllegalArgumentException("expected format 1 or 2, found " + number);
    };
  }

  /** Returns 1 or 2. */
  public int number() {
    return number;
  }

  /** Returns the other format. */
  public Format other() {
    return this == V1 ? V2 : V1;
  }

  /** Returns the default name of the table that holds the metadata index. */
  public String metaTable() {
    return metaTable;
  }

  /** Returns the name of the metadata member that holds the sync mode. */
  public String syncMember() {
    return syncMember;
  }

  /** Returns {@code format 1} or {@code format 2}. */
  @Override
  public String toString() {
    return "format " + number;
  }
}

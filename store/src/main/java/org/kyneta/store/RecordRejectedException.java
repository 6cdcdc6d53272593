package org.kyneta.store;

import java.io.Serial;

/** A document id or a record breaks a rule of the contract. Nothing was written. */
public final class RecordRejectedException extends StoreException {

  @Serial private static final long serialVersionUID = 1;

  private final Rule rule;
  private final String docId;
  private final String field;
  private final String found;
  private final String expected;

  /**
   * Makes an exception.
   *
   * @param rule the rule that is broken
   * @param docId the document
   * @param field what breaks it, such as {@code replicaType}
   * @param expected what the rule allows: the current value, or a limit
   * @param found what was offered instead
   */
  public RecordRejectedException(
      Rule rule, String docId, String field, String expected, String found) {
    super(
        "document %s: %s: expected %s %s, found %s"
            .formatted(DocIds.show(docId), rule.description, field, expected, found),
        null);
    this.rule = rule;
    this.docId = docId;
    this.field = field;
    this.expected = expected;
    this.found = found;
  }

  /** Returns the rule that is broken. */
  public Rule rule() {
    return rule;
  }

  /** Returns the document. */
  public String docId() {
    return docId;
  }

  /** Returns what breaks the rule, such as {@code replicaType}. */
  public String field() {
    return field;
  }

  /** Returns what the rule allows: the current value, or a limit. */
  public String expected() {
    return expected;
  }

  /** Returns what was offered. */
  public String found() {
    return found;
  }

  /** The rules. */
  public enum Rule {
    /** A document's first record must be metadata. */
    FIRST_RECORD_IS_META("a document's first record must be metadata"),
    /** A replacement must hold at least one record of metadata. */
    REPLACEMENT_HAS_META("a replacement must hold metadata"),
    /** The replica type's name and major version never change. */
    REPLICA_TYPE_IS_COMPATIBLE("the replica type's name and major version cannot change"),
    /** The sync mode never changes. */
    SYNC_MODE_IS_IMMUTABLE("the sync mode cannot change"),
    /** An id has no unpaired surrogates. */
    ID_IS_WELL_FORMED("a document id must be well-formed Unicode"),
    /** Every part is within its {@link Limits}. */
    SIZE_IS_LIMITED("a part is too large"),
    /** The back end can hold it. */
    BACK_END_CAN_HOLD("this back end cannot hold it");

    private final String description;

    Rule(String description) {
      this.description = description;
    }

    /** Returns the rule in words. */
    public String description() {
      return description;
    }
  }

  /** Makes the exception of an id with an unpaired surrogate. */
  static RecordRejectedException illFormedId(String docId) {
    return new RecordRejectedException(
        Rule.ID_IS_WELL_FORMED, docId, "docId", "without unpaired surrogates", "one");
  }

  /** Makes the exception of a part that is too large. */
  static RecordRejectedException tooLarge(String docId, String field, long limit, long found) {
    return new RecordRejectedException(
        Rule.SIZE_IS_LIMITED, docId, field, "of at most " + limit + " bytes", found + " bytes");
  }
}

package org.kyneta.store;

import java.io.Serial;

/** What is there cannot be opened as a store of this kind. Nothing was changed in it. */
public final class IncompatibleFormatException extends StoreException {

  @Serial private static final long serialVersionUID = 1;

  private final Reason reason;
  private final String expected;
  private final String found;

  /**
   * Makes an exception.
   *
   * @param reason why it cannot be opened
   * @param where the file or database
   * @param expected what can be opened
   * @param found what is there
   */
  public IncompatibleFormatException(Reason reason, String where, String expected, String found) {
    super("%s: %s: expected %s, found %s".formatted(where, reason.code, expected, found), null);
    this.reason = reason;
    this.expected = expected;
    this.found = found;
  }

  /** Returns why it cannot be opened. */
  public Reason reason() {
    return reason;
  }

  /** Returns what can be opened. */
  public String expected() {
    return expected;
  }

  /** Returns what is there. */
  public String found() {
    return found;
  }

  /** The reasons. */
  public enum Reason {
    /** There are documents, and no marker says in which format. */
    UNVERSIONED_EXISTING_DATA("unversioned-existing-data"),
    /** The marker names another major version. */
    INCOMPATIBLE_MAJOR("incompatible-major"),
    /** The marker cannot be read. */
    MALFORMED_VERSION("malformed-version"),
    /** Documents are there in more than one format. */
    SEVERAL_FORMATS("several-formats"),
    /** Another format than the one asked for is there. */
    OTHER_FORMAT("other-format"),
    /** The database keeps text in another encoding than UTF-8. */
    ENCODING("encoding"),
    /** A table has not the columns or the key that it must have. */
    SCHEMA("schema"),
    /** It is not a database, or there is no store in it. */
    NOT_A_STORE("not-a-store");

    private final String code;

    Reason(String code) {
      this.code = code;
    }

    /** Returns the reason as a short code, such as {@code incompatible-major}. */
    public String code() {
      return code;
    }
  }
}

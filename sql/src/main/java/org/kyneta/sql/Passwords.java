package org.kyneta.sql;

import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes passwords out of exceptions. Drivers repeat the address that they were given, which may
 * have one in it: whoever wraps such an exception must not pass that on to a log.
 */
public final class Passwords {

  private static final String HIDDEN = "…";
  private static final Pattern PARAMETER =
      Pattern.compile("(?i)((?:password|passwd|pwd)\\s*=\\s*)(?!…)[^&;,\\s'\")}\\]]+");
  private static final Pattern IN_ADDRESS =
      Pattern.compile("((?://|(?<!\\S))[^\\s/@:?]*:)(?!…@)[^\\s/]*@");

  private Passwords() {}

  /** Returns a text with an ellipsis in the place of each password of an address in it. */
  public static String hidden(String text) {
    String hidden = PARAMETER.matcher(text).replaceAll("$1" + HIDDEN);
    return IN_ADDRESS.matcher(hidden).replaceAll("$1" + HIDDEN + "@");
  }

  /**
   * Returns an exception that shows no password of an address, nor do its causes and what it has
   * suppressed.
   *
   * @param thrown the exception
   * @return the same one, unless it shows some; otherwise one with the same trace, and with the SQL
   *     state and code that it had
   */
  public static Throwable hidden(Throwable thrown) {
    return shows(thrown, known()) ? copy(thrown, known()) : thrown;
  }

  private static Set<Throwable> known() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private static boolean shows(@Nullable Throwable thrown, Set<Throwable> seen) {
    if (thrown == null || !seen.add(thrown)) {
      return false;
    }
    String text = String.valueOf(thrown);
    boolean shows = !hidden(text).equals(text) || shows(thrown.getCause(), seen);
    for (Throwable suppressed : thrown.getSuppressed()) {
      shows |= shows(suppressed, seen);
    }
    return shows || (thrown instanceof SQLException e && shows(e.getNextException(), seen));
  }

  /** The next exceptions of SQL ones are left out: they say what the causes do. */
  private static SQLException copy(Throwable thrown, Set<Throwable> seen) {
    seen.add(thrown);
    String text = thrown instanceof SQLException ? message(thrown) : String.valueOf(thrown);
    SQLException copy =
        thrown instanceof SQLException e
            ? new SQLException(hidden(text), e.getSQLState(), e.getErrorCode())
            : new SQLException(hidden(text));
    copy.setStackTrace(thrown.getStackTrace());
    Throwable cause = thrown.getCause();
    if (cause != null && !seen.contains(cause)) {
      copy.initCause(copy(cause, seen));
    }
    for (Throwable suppressed : thrown.getSuppressed()) {
      if (!seen.contains(suppressed)) {
        copy.addSuppressed(copy(suppressed, seen));
      }
    }
    return copy;
  }

  private static String message(Throwable thrown) {
    return String.valueOf(thrown.getMessage());
  }
}

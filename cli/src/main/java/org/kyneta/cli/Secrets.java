package org.kyneta.cli;

import java.util.regex.Pattern;
import org.kyneta.sql.Passwords;

/** Takes passwords out of what is shown, wherever somebody has put one. */
final class Secrets {

  private static final Pattern IN_ADDRESS =
      Pattern.compile("(?i)((?:jdbc:)?postgres(?:ql)?:/*[^\\s/@:?]*):\\S*@");
  private static final Pattern PARAMETERS =
      Pattern.compile("(?i)((?:jdbc:)?postgres(?:ql)?:[^\\s?]*)\\?[^\\s'\"]+");

  private Secrets() {}

  /** Returns a text with an ellipsis in the place of what may be a password. */
  static String hidden(String text) {
    String hidden = IN_ADDRESS.matcher(text).replaceAll("$1:…@");
    hidden = PARAMETERS.matcher(hidden).replaceAll("$1?…");
    return Passwords.hidden(hidden);
  }
}

package org.kyneta.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PasswordsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:x://h/d?password=c4nary&user=u | jdbc:x://h/d?password=…&user=u",
        "jdbc:x://h/d?sslpassword=c4nary | jdbc:x://h/d?sslpassword=…",
        "for jdbc:x://u:c4nary@h:1x/d! | for jdbc:x://u:…@h:1x/d!",
        "x://u:c4n@ry@h/d | x://u:…@h/d",
        "jdbc:h2:mem;PASSWORD=c4nary;USER=u | jdbc:h2:mem;PASSWORD=…;USER=u",
        "x://h:5432/d | x://h:5432/d",
        "password authentication failed for user u | password authentication failed for user u",
        "x://u@h/d?password=… | x://u@h/d?password=…",
        "x://u:…@h/d | x://u:…@h/d",
        "UnknownHostException: u:c4nary@h | UnknownHostException: u:…@h",
        "HikariProxyConnection@859 wrapping: none | HikariProxyConnection@859 wrapping: none",
      })
  void passwordsInAddressesAreHidden(String text, String expected) {
    assertThat(Passwords.hidden(text)).isEqualTo(expected);
    assertThat(Passwords.hidden(expected)).isEqualTo(expected);
  }

  @Test
  void exceptionThatShowsNoneStaysTheSame() {
    SQLException thrown = new SQLException("none", "08001", 7, new IllegalStateException("none"));
    assertThat(Passwords.hidden(thrown)).isSameAs(thrown);
  }

  @Test
  void exceptionKeepsWhatItSaysOtherwise() {
    IllegalStateException cause = new IllegalStateException("of ?password=c4nary");
    SQLException thrown = new SQLException("it", "08001", 7, cause);
    thrown.addSuppressed(new IllegalArgumentException("password=c4nary"));
    cause.addSuppressed(thrown);
    Throwable hidden = Passwords.hidden(thrown);
    StringWriter text = new StringWriter();
    hidden.printStackTrace(new PrintWriter(text));
    assertThat(text.toString())
        .doesNotContain("c4nary")
        .contains("it", "IllegalStateException: of ?password=…", "IllegalArgumentException");
    assertThat(hidden.getStackTrace()).isEqualTo(thrown.getStackTrace());
    assertThat(hidden)
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("08001");
              assertThat(e.getErrorCode()).isEqualTo(7);
            });
  }
}

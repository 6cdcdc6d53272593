package org.kyneta.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name of a table is a plain identifier, or is refused; statements quote it all the same. */
class TableNamesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "t(x); drop table app; --",
        "a\"b",
        "a`b",
        "a'b",
        "a b",
        "a.b",
        "a-b",
        "a\0b",
        "a\n",
        "1a",
        "ключ",
        "ａ",
        "sqlite_master",
        "SQLITE_x",
        "%s",
        "a123456789012345678901234567890123456789012345678901234567890123"
      })
  void whatIsNoPlainIdentifierIsRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> TableNames.DEFAULT.withMeta(name));
    assertThatIllegalArgumentException().isThrownBy(() -> TableNames.DEFAULT.withRecords(name));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TableNames.DEFAULT.withMarker(name))
        .withMessageContaining("expected a table name of ASCII letters");
  }

  @Test
  void wordsOfSqlAreNamesAndAreQuoted() {
    assertThat(TableNames.DEFAULT.withRecords("select").recordsName()).isEqualTo("select");
    assertThat(TableNames.quote("select")).isEqualTo("\"select\"");
    String longest = "a23456789012345678901234567890123456789012345678901234567890123";
    assertThat(TableNames.DEFAULT.withRecords(longest).recordsName()).hasSize(63);
  }
}

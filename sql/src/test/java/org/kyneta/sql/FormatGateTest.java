package org.kyneta.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kyneta.sql.FormatGate.Decision;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;

class FormatGateTest {

  @Test
  void anEmptyStoreWithoutAMarkerIsStamped() {
    assertThat(FormatGate.decide("f", null, false)).isEqualTo(Decision.STAMP);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"major\":1,\"minor\":0}",
        "{\"major\":1,\"minor\":9}",
        "{ \"minor\": 1, \"major\": 1 }"
      })
  void anyMinorVersionIsAccepted(String marker) {
    assertThat(FormatGate.decide("f", marker, true)).isEqualTo(Decision.ACCEPT);
  }

  @Test
  void documentsWithoutAMarkerAreRefused() {
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> FormatGate.decide("f", null, true))
        .withMessageContainingAll("f:", "unversioned-existing-data")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.UNVERSIONED_EXISTING_DATA));
  }

  @Test
  void anotherMajorVersionIsRefused() {
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> FormatGate.decide("f", "{\"major\":2,\"minor\":0}", true))
        .withMessageContainingAll("incompatible-major", "major version 1", "major version 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "{}",
        "{\"major\":1}",
        "{\"major\":\"1\",\"minor\":0}",
        "{\"major\":1.5," + "\"minor\":0}",
        "{\"major\":-1,\"minor\":0}",
        "{\"major\":99999999999,\"minor\":0}"
      })
  void anUnreadableMarkerIsRefused(String marker) {
    assertThatExceptionOfType(IncompatibleFormatException.class)
        .isThrownBy(() -> FormatGate.decide("f", marker, false))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED_VERSION));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1a",
        "a b",
        "a\"b",
        "a;b",
        "t(x); drop table app; --",
        "é",
        "sqlite_x",
        "a.b",
        "SQLITE_master"
      })
  void namesThatAreNotPlainIdentifiersAreRefused(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> TableNames.DEFAULT.withMeta(name));
    assertThatIllegalArgumentException().isThrownBy(() -> TableNames.DEFAULT.withRecords(name));
    assertThatIllegalArgumentException().isThrownBy(() -> TableNames.DEFAULT.withMarker(name));
    assertThatIllegalArgumentException().isThrownBy(() -> TableNames.quote(name));
  }

  @Test
  void anySubsetOfNamesMayBeOverridden() {
    TableNames names = TableNames.DEFAULT.withRecords("order");
    assertThat(names.metaIn(Format.V1)).isEqualTo("kyneta_meta");
    assertThat(names.metaIn(Format.V2)).isEqualTo("kyneta_doc_meta");
    assertThat(names.recordsName()).isEqualTo("order");
    assertThat(TableNames.quote("order")).isEqualTo("\"order\"");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TableNames.DEFAULT.withMeta("KYNETA_RECORDS"));
  }
}

package org.kyneta.relay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.WireException.Reason;

/** What is read as a message, and what is refused, case by case. */
final class MessageReaderTest {

  private static Message read(WireVersion version, String hex) throws WireException {
    byte[] cbor = HexFormat.of().parseHex(hex.replace(" ", ""));
    ByteBuffer frame = Frame.complete(version, new Body(cbor), 1);
    return Wire.server(WireLimits.DEFAULT, System::nanoTime).accept(frame).orElseThrow();
  }

  private static Message read(String hex) throws WireException {
    return read(WireVersion.V3, hex);
  }

  private static Reason refusal(WireVersion version, String hex) {
    WireException refusal = catchThrowableOfType(WireException.class, () -> read(version, hex));
    assertThat(refusal).as(hex).isNotNull().hasMessageContaining("expected");
    return refusal.reason();
  }

  private static Reason refusal(String hex) {
    return refusal(WireVersion.V3, hex);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an unknown key                | a3 6174 13 63646f63 6178 617a 01
          an unknown key first          | a3 617a 01 6174 13 63646f63 6178
          an unknown long key           | a3 656f74686572 01 6174 13 63646f63 6178
          an empty key                  | a3 60 01 6174 13 63646f63 6178
          a known key after U+0000      | a3 620074 01 6174 13 63646f63 6178
          a key of another message      | a3 6174 13 63646f63 6178 6176 0a
          the type last                 | a2 63646f63 6178 6174 13
          an unknown negative integer   | a3 6174 13 63646f63 6178 617a 20
          an unknown integer of 64 bits | a3 6174 13 63646f63 6178 617a 1bffffffffffffffff
          an unknown null               | a3 6174 13 63646f63 6178 617a f6
          an unknown undefined          | a3 6174 13 63646f63 6178 617a f7
          an unknown half float         | a3 6174 13 63646f63 6178 617a f93c00
          an unknown float              | a3 6174 13 63646f63 6178 617a fa3fc00000
          an unknown double             | a3 6174 13 63646f63 6178 617a fb3ff8000000000000
          unknown nested values         | a3 6174 13 63646f63 6178 617a 82a16161f643010203
          nested 16 deep                | a3 6174 13 63646f63 6178 617a 818181818181818181818181818180
          """)
  void passesOverWhatIsUnknown(String what, String hex) throws WireException {
    assertThat(read(hex)).as(what).isEqualTo(new Dismiss("x"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing                          | ''
          no map                           | 8106
          an array of messages             | 81 a1 6174 02
          bytes after the message          | a2 6174 13 63646f63 6178 00
          a key twice                      | a3 6174 13 63646f63 6178 6174 13
          an unknown key twice             | a4 6174 13 63646f63 6178 617a 01 617a 01
          a nested key twice               | a3 6174 13 63646f63 6178 617a a2 6161 01 6161 01
          a key that is a number           | a3 6174 13 63646f63 6178 01 01
          fewer pairs than counted         | a3 6174 13 63646f63 6178
          a map of 2^32 - 1 pairs          | baffffffff 6174 13
          a map of 2^64 - 1 pairs          | bbffffffffffffffff 6174 13
          a map of indefinite length       | bf 6174 13 63646f63 6178 ff
          a text of indefinite length      | a2 6174 13 63646f63 7f6178ff
          a text longer than the message   | a2 6174 13 63646f63 6278
          a text of 2^31 bytes             | a2 6174 13 63646f63 7a8000000078
          a text of 2^63 bytes             | a2 6174 13 63646f63 7b800000000000000078
          a length of 1 in two bytes       | a2 6174 13 63646f63 780178
          a length of 1 in three bytes     | a2 6174 13 63646f63 79000178
          a length of 1 in five bytes      | a2 6174 13 63646f63 7a0000000178
          a length of 1 in nine bytes      | a2 6174 13 63646f63 7b000000000000000178
          a number in a longer form        | a2 6174 1813 63646f63 6178
          a length that is reserved        | a2 6174 13 63646f63 7c78
          a length that is cut             | a2 6174 13 63646f63 79
          a tag                            | a2 6174 13 63646f63 c06178
          an unknown tag                   | a3 6174 13 63646f63 6178 617a c001
          an unknown simple value          | a3 6174 13 63646f63 6178 617a e0
          an unknown break                 | a3 6174 13 63646f63 6178 617a ff
          an unknown float that is cut     | a3 6174 13 63646f63 6178 617a fb3ff8
          an unknown text that is no UTF-8 | a3 6174 13 63646f63 6178 617a 61ff
          an unknown key that is no UTF-8  | a3 6174 13 63646f63 6178 61ff 01
          nested 17 deep                   | a3 6174 13 63646f63 6178 617a 8181818181818181818181818181818180
          an id that is no UTF-8           | a2 6174 13 63646f63 61ff
          an id that is cut UTF-8          | a2 6174 13 63646f63 61c3
          an id in overlong UTF-8          | a2 6174 13 63646f63 62c180
          an id of a surrogate             | a2 6174 13 63646f63 63eda080
          an id that is null               | a2 6174 13 63646f63 f6
          an id that is bytes              | a2 6174 13 63646f63 4178
          an alias that is negative        | a2 6174 13 626478 20
          an alias that is a float         | a2 6174 13 626478 f90000
          an alias of 2^63                 | a2 6174 13 626478 1b8000000000000000
          a type that is negative          | a2 6174 20 63646f63 6178
          a type of 2^32                   | a2 6174 1b0000000100000000 63646f63 6178
          a version that is null           | a3 6174 11 63646f63 6178 6176 f6
          a boolean that is a number       | a3 6174 11 63646f63 6178 6172 01
          a boolean that is null           | a3 6174 11 63646f63 6178 6172 f6
          """)
  void refusesWhatIsNotTheProtocolsCbor(String what, String hex) {
    assertThat(refusal(hex)).as(what).isEqualTo(Reason.CBOR);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          no type                       | a0
          an unknown type               | a1 6174 15
          a dismissal of nothing        | a1 6174 13
          a dismissal of two things     | a3 6174 13 63646f63 6178 626478 00
          an interest without document  | a2 6174 11 6176 6131
          a vacancy without document    | a1 6174 14
          a presence without documents  | a1 6174 10
          an establish without id       | a2 6174 01 6179 6475736572
          an establish without kind     | a2 6174 01 626964 6178
          an establish of unknown kind  | a3 6174 01 626964 6178 6179 63646f67
          protocol version 0.1          | a4 6174 01 626964 6178 6179 6475736572 627076 820001
          an offer without document     | a5 6174 12 62706b 00 627065 00 6164 627b7d 6176 6131
          an offer without kind         | a5 6174 12 63646f63 6178 627065 00 6164 627b7d 6176 6131
          an offer without encoding     | a5 6174 12 63646f63 6178 62706b 00 6164 627b7d 6176 6131
          an offer without data         | a5 6174 12 63646f63 6178 62706b 00 627065 00 6176 6131
          an offer without version      | a5 6174 12 63646f63 6178 62706b 00 627065 00 6164 627b7d
          an offer of unknown kind      | a6 6174 12 63646f63 6178 62706b 02 627065 00 6164 627b7d 6176 6131
          an offer of unknown encoding  | a6 6174 12 63646f63 6178 62706b 00 627065 02 6164 627b7d 6176 6131
          a document without id         | a2 6174 10 64646f6373 81 a3 627274 8361780100 626d73 00 627368 6168
          a document without type       | a2 6174 10 64646f6373 81 a3 6164 6178 626d73 00 627368 6168
          a document without mode       | a2 6174 10 64646f6373 81 a3 6164 6178 627274 8361780100 627368 6168
          a document without hash       | a2 6174 10 64646f6373 81 a3 6164 6178 627274 8361780100 626d73 00
          a document of two hashes      | a2 6174 10 64646f6373 81 a5 6164 6178 627274 8361780100 626d73 00 627368 6168 63736878 00
          a document of unknown mode    | a2 6174 10 64646f6373 81 a4 6164 6178 627274 8361780100 626d73 03 627368 6168
          """)
  void refusesWhatIsNoMessage(String what, String hex) {
    assertThat(refusal(hex)).as(what).isEqualTo(Reason.MESSAGE);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an offer of a number          | a6 6174 12 63646f63 6178 62706b 00 627065 00 6164 01 6176 6131
          an offer of null              | a6 6174 12 63646f63 6178 62706b 00 627065 00 6164 f6 6176 6131
          documents that are a map      | a2 6174 10 64646f6373 a0
          a document that is an array   | a2 6174 10 64646f6373 81 80
          a type of two items           | a2 6174 10 64646f6373 81 a4 6164 6178 627274 82617801 626d73 00 627368 6168
          a type of four items          | a2 6174 10 64646f6373 81 a4 6164 6178 627274 846178010000 626d73 00 627368 6168
          a type of a negative version  | a2 6174 10 64646f6373 81 a4 6164 6178 627274 8361782000 626d73 00 627368 6168
          supported hashes of numbers   | a2 6174 10 64646f6373 81 a5 6164 6178 627274 8361780100 626d73 00 627368 6168 63736873 8101
          2^32 documents                | a2 6174 10 64646f6373 9b0000000100000000
          features that are an array    | a4 6174 01 626964 6178 6179 6475736572 6166 80
          a feature that is a number    | a4 6174 01 626964 6178 6179 6475736572 6166 a1 6161 01
          a protocol version of one     | a4 6174 01 626964 6178 6179 6475736572 627076 8101
          """)
  void refusesFieldsOfAnotherKind(String what, String hex) {
    assertThat(refusal(hex)).as(what).isEqualTo(Reason.CBOR);
  }

  @Test
  void anAliasThatWasNeverAnnouncedIsToldApart() {
    assertThat(refusal("a2 6174 13 626478 00")).isEqualTo(Reason.ALIAS);
    assertThat(
            refusal(
                "a2 6174 10 64646f6373 81 a4 6164 6178 627274 8361780100 626d73 00 63736878 00"))
        .isEqualTo(Reason.ALIAS);
  }

  @Test
  void wireVersion1KnowsNoVacancy() throws WireException {
    String vacancy = "a2 6174 14 63646f63 6178";
    assertThat(read(vacancy)).isEqualTo(new Message.Vacant("x"));
    assertThat(refusal(WireVersion.V1, vacancy)).isEqualTo(Reason.MESSAGE);
  }

  @Test
  void wireVersion1KnowsNoLineageAndNoProtocolVersion() throws WireException {
    String offer = "a7 6174 12 63646f63 6178 62706b 00 627065 00 6164 627b7d 6176 6131 626c6e ";
    assertThat(((Offer) read(offer + "6167")).payload().lineage()).isEqualTo("g");
    assertThat(refusal(offer + "07")).isEqualTo(Reason.CBOR);
    assertThat(((Offer) read(WireVersion.V1, offer + "07")).payload().lineage()).isNull();
    String establish = "a4 6174 01 626964 6178 6179 6475736572 627076 820203";
    assertThat(read(establish)).isEqualTo(new Establish("x", null, PeerKind.USER, false, 2, 3));
    assertThat(read(WireVersion.V1, establish))
        .isEqualTo(new Establish("x", null, PeerKind.USER, false, 1, 0));
  }

  @Test
  void whatIsLeftOutHasItsDefault() throws WireException {
    assertThat(read("a1 6174 02")).isEqualTo(new Depart());
    assertThat(read("a2 6174 11 63646f63 6178")).isEqualTo(new Interest("x", null, false));
    assertThat(read("a3 6174 01 626964 6178 6179 63626f74"))
        .isEqualTo(new Establish("x", null, PeerKind.BOT, false, 1, 0));
    assertThat(((Present) read("a2 6174 10 64646f6373 80")).documents()).isEmpty();
  }

  @Test
  void anEmptyIdIsAnId() throws WireException {
    assertThat(read("a2 6174 13 63646f63 60")).isEqualTo(new Dismiss(""));
  }

  @Test
  void theReplacementCharacterIsUtf8() throws WireException {
    assertThat(read("a2 6174 13 63646f63 63efbfbd")).isEqualTo(new Dismiss("\uFFFD"));
  }

  @Test
  void supportedHashesHoldTheDocumentsOwnInAnyCase() throws WireException {
    Present present =
        (Present)
            read(
                "a2 6174 10 64646f6373 81"
                    + "a5 6164 6178 627274 8361780100 626d73 02 627368 6168 63736873 8261696168");
    assertThat(present.documents().getFirst().supportedHashes()).containsExactly("i", "h");
    present =
        (Present)
            read(
                "a2 6174 10 64646f6373 81"
                    + "a5 6164 6178 627274 8361780100 626d73 02 627368 6168 63736873 816169");
    assertThat(present.documents().getFirst().supportedHashes()).containsExactly("i", "h");
  }

  @Test
  void textsThatAreTooLongAreRefused() throws WireException {
    String dismiss = "a2 6174 13 63646f63 79";
    String x = "78";
    assertThat(read(dismiss + "0200" + x.repeat(512))).isEqualTo(new Dismiss("x".repeat(512)));
    assertThat(refusal(dismiss + "0201" + x.repeat(513))).isEqualTo(Reason.MESSAGE);
    String present = "a2 6174 10 64646f6373 81 a4 6164 6178 627274 8361780100 626d73 00 627368 79";
    assertThat(read(present + "0100" + x.repeat(256))).isInstanceOf(Present.class);
    assertThat(refusal(present + "0101" + x.repeat(257))).isEqualTo(Reason.MESSAGE);
  }
}

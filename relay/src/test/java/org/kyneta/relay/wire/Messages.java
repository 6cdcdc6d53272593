package org.kyneta.relay.wire;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.kyneta.relay.wire.Message.Depart;
import org.kyneta.relay.wire.Message.Dismiss;
import org.kyneta.relay.wire.Message.Document;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Data;
import org.kyneta.store.Payload.Encoding;
import org.kyneta.store.Payload.Kind;
import org.kyneta.store.ReplicaType;
import org.kyneta.store.SyncMode;

/** Messages of every kind with whatever they may hold. */
final class Messages {

  private Messages() {}

  static Arbitrary<Message> any() {
    return Arbitraries.oneOf(
        establish(),
        Arbitraries.of(new Depart()),
        documents().map(Present::new),
        Combinators.combine(docIds(), texts(60).injectNull(0.2), booleans()).as(Interest::new),
        offers(),
        docIds().map(Dismiss::new),
        docIds().map(Vacant::new));
  }

  private static Arbitrary<Boolean> booleans() {
    return Arbitraries.of(true, false);
  }

  /** Texts of all of Unicode, often with what is hard. */
  private static Arbitrary<String> texts(int longest) {
    Arbitrary<Integer> codePoints =
        Arbitraries.oneOf(
            Arbitraries.integers().between(0, 0x7f),
            Arbitraries.of(
                0, 0x22, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x10ffff),
            Arbitraries.integers()
                .between(0, 0x10ffff)
                .filter(point -> point < 0xd800 || point > 0xdfff));
    return codePoints
        .list()
        .ofMaxSize(longest)
        .map(list -> {
          StringBuilder text = new StringBuilder();
          list.forEach(text::appendCodePoint);
          return text.toString();
        });
  }

  /** Few enough that a document comes up again. */
  private static Arbitrary<String> docIds() {
    return Arbitraries.oneOf(Arbitraries.of("doc-1", "doc-2", "ü"), texts(100));
  }

  private static Arbitrary<Integer> versions() {
    return Arbitraries.oneOf(
        Arbitraries.of(23, 24, 255, 256, 65535, 65536, Integer.MAX_VALUE),
        Arbitraries.integers().between(1, 3));
  }

  private static Arbitrary<Establish> establish() {
    return Combinators.combine(
            texts(40),
            texts(10).injectNull(0.5),
            Arbitraries.of(PeerKind.class),
            booleans(),
            versions(),
            versions())
        .as(Establish::new);
  }

  private static Arbitrary<List<Document>> documents() {
    Arbitrary<ReplicaType> types =
        Combinators.combine(texts(10), versions(), versions()).as(ReplicaType::new);
    Arbitrary<SyncMode> modes =
        Arbitraries.of(SyncMode.COLLABORATIVE, SyncMode.AUTHORITATIVE, SyncMode.EPHEMERAL);
    Arbitrary<String> hashes = Arbitraries.oneOf(Arbitraries.of("h", "i"), texts(34));
    return Combinators.combine(docIds(), types, modes, hashes, hashes.set().ofMaxSize(3))
        .as((id, type, mode, hash, more) -> new Document(id, type, mode, hash, with(hash, more)))
        .list()
        .ofMaxSize(5);
  }

  private static Set<String> with(String hash, Set<String> more) {
    Set<String> all = new LinkedHashSet<>(more);
    all.add(hash);
    return all;
  }

  private static Arbitrary<Offer> offers() {
    Arbitrary<Data> bytes =
        Arbitraries.bytes().array(byte[].class).ofMaxSize(800).map(Payload.Bytes::new);
    Arbitrary<Data> text = texts(400).map(Payload.Text::new);
    Arbitrary<Payload> payloads =
        Combinators.combine(
                Arbitraries.of(Kind.class),
                Arbitraries.of(Encoding.class),
                Arbitraries.oneOf(bytes, text),
                texts(20).injectNull(0.5))
            .as(Payload::new);
    return Combinators.combine(docIds(), payloads, texts(60), booleans()).as(Offer::new);
  }
}

package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.kyneta.relay.SyncClient.eventually;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kyneta.relay.wire.Message;
import org.kyneta.relay.wire.Message.Establish;
import org.kyneta.relay.wire.Message.Interest;
import org.kyneta.relay.wire.Message.Offer;
import org.kyneta.relay.wire.Message.PeerKind;
import org.kyneta.relay.wire.Message.Present;
import org.kyneta.relay.wire.Message.Vacant;
import org.kyneta.relay.wire.WireVersion;
import org.kyneta.store.InMemoryStore;

/** Who is let in, what for, and what is answered to requests for pages. */
@Timeout(60)
class GateTest {

  private static final String TOKEN = "geheim +&ü";
  private static final String ENCODED = "geheim%20%2B%26%C3%BC";

  private final InMemoryStore store = new InMemoryStore();
  private @Nullable Relay started;

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
    store.close();
  }

  private RelayBuilder builder() {
    return Relay.builder().store(store);
  }

  private Relay start(RelayBuilder builder) throws IOException {
    started = builder.start();
    return started;
  }

  private int refused(URI uri, String... header) {
    Throwable thrown = catchThrowable(() -> connect(uri, header).close());
    assertThat(thrown).hasCauseInstanceOf(WebSocketHandshakeException.class);
    return thrown.getCause() instanceof WebSocketHandshakeException e
        ? e.getResponse().statusCode()
        : 0;
  }

  private TestClient connect(URI uri, String... header) {
    return TestClient.connect(
        uri,
        WireVersion.V3,
        message -> {},
        request -> header.length == 0 ? request : request.header(header[0], header[1]));
  }

  private static HttpResponse<String> get(Relay relay, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://localhost:" + relay.port() + path);
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }
  }

  @Test
  void aTokenIsTakenFromTheHeaderOrTheQuery() throws Exception {
    Relay relay = start(builder().token("abc"));
    assertThat(refused(relay.uri())).isEqualTo(401);
    assertThat(refused(relay.uri(), "Authorization", "Bearer abcd")).isEqualTo(401);
    assertThat(refused(relay.uri(), "Authorization", "Basic abc")).isEqualTo(401);
    assertThat(refused(relay.uri().resolve("/?token=ab"))).isEqualTo(401);
    connect(relay.uri(), "Authorization", "Bearer abc").close();
    connect(relay.uri(), "Authorization", "bearer abc").close();
    connect(relay.uri().resolve("/path?x=1&token=abc")).close();
    assertThat(get(relay, "/healthz").statusCode()).isEqualTo(200);
    assertThat(get(relay, "/metrics").statusCode()).isEqualTo(401);
    assertThat(get(relay, "/metrics?token=abc").statusCode()).isEqualTo(200);
  }

  @Test
  void aTokenInTheQueryMayBeEncoded() throws Exception {
    Relay relay = start(builder().token(TOKEN));
    connect(relay.uri().resolve("/?token=" + ENCODED)).close();
  }

  @Test
  void pagesOfOtherOriginsAreRefusedAndWhatIsNoBrowserIsNot() throws Exception {
    Relay relay = start(builder().origins(Set.of("https://example.org")));
    assertThat(refused(relay.uri(), "Origin", "https://evil.example")).isEqualTo(403);
    connect(relay.uri(), "Origin", "https://Example.org").close();
    connect(relay.uri()).close();
    assertThat(relay.metrics()).contains("kyneta_connections_rejected_total{reason=\"origin\"} 1");
  }

  @Test
  void withoutATokenOnlyPagesOfThisMachineConnect() throws Exception {
    Relay relay = start(builder());
    assertThat(refused(relay.uri(), "Origin", "https://evil.example")).isEqualTo(403);
    assertThat(refused(relay.uri(), "Origin", "http://localhost.evil.example")).isEqualTo(403);
    assertThat(refused(relay.uri(), "Origin", "null")).isEqualTo(403);
    for (String origin :
        new String[] {"http://localhost:5173", "https://127.0.0.1", "http://[::1]:80"}) {
      connect(relay.uri(), "Origin", origin).close();
    }
  }

  @Test
  void withATokenPagesOfAllOriginsConnect() throws Exception {
    Relay relay = start(builder().token("abc"));
    connect(relay.uri().resolve("/?token=abc"), "Origin", "https://example.org").close();
  }

  @Test
  void pagesSayHowTheRelayDoes() throws Exception {
    Relay relay = start(builder());
    assertThat(get(relay, "/healthz").body()).isEqualTo("ok\n");
    assertThat(get(relay, "/metrics").body())
        .contains("kyneta_connections 0.0")
        .contains("kyneta_offers_relayed_total")
        .contains("kyneta_append_seconds_count");
    assertThat(get(relay, "/").statusCode()).isEqualTo(404);
  }

  @Test
  void aPolicyDecidesWhoConnects() throws Exception {
    Relay relay =
        start(
            builder()
                .policy(request ->
                    request
                        .header("X-User")
                        .map(user ->
                            new Access() {
                              @Override
                              public boolean mayJoin(PeerIdentity peer) {
                                return peer.id().equals(user);
                              }
                            })));
    assertThat(refused(relay.uri())).isEqualTo(403);
    try (TestClient alice = connect(relay.uri(), "X-User", "alice")) {
      alice.establish("alice");
    }
    try (TestClient bob = connect(relay.uri(), "X-User", "bob")) {
      bob.send(new Establish("alice", null, PeerKind.USER, true, 1, 0));
      bob.send(Samples.present("doc", Samples.YJS));
      bob.ping();
      assertThat(bob.messages()).as("it stays silent").isEmpty();
    }
  }

  @Test
  void aPolicyThatFailsHasRefused() throws Exception {
    Relay relay =
        start(
            builder()
                .policy(request -> {
                  throw new IllegalStateException("no idea");
                }));
    assertThat(refused(relay.uri())).isEqualTo(403);
  }

  @Test
  void whoMayNotSeeADocumentIsToldNothingOfIt() throws Exception {
    Relay relay =
        start(
            builder()
                .policy(request ->
                    Optional.of(
                        new Access() {
                          private final boolean isAdmin = request.path().equals("/admin");

                          @Override
                          public boolean maySee(String docId) {
                            return isAdmin || !docId.startsWith("secret/");
                          }
                        })));
    try (SyncClient admin = SyncClient.join(relay.uri().resolve("/admin"), "admin");
        TestClient user = TestClient.join(relay.uri(), "user")) {
      admin.open("secret/doc", Samples.YJS);
      admin.change("secret/doc", Samples.update(new YjsTyping(1), "x"), "");
      admin.open("doc", Samples.YJS);
      admin.change("doc", Samples.update(new YjsTyping(1), "x"), "");
      assertThat(user.await(Message.Present.class)).isEqualTo(Samples.present("doc", Samples.YJS));
      user.send(new Interest("secret/doc", null, true));
      user.send(Samples.yjsOffer("secret/doc", new YjsTyping(2), "y"));
      user.send(Samples.present("secret/doc", Samples.YJS));
      assertThat(user.await(Vacant.class)).isEqualTo(new Vacant("secret/doc"));
      try (TestClient other = TestClient.join(relay.uri(), "other")) {
        assertThat(other.await(Message.Present.class))
            .isEqualTo(Samples.present("doc", Samples.YJS));
        other.ping();
      }
      user.ping();
      assertThat(user.messages().toString()).doesNotContain("secret/doc, type");
      assertThat(YjsTyping.clockOf(admin.version("secret/doc"), 2)).isZero();
    }
  }

  /** An error counts as well: else nobody would be told of any document any more. */
  @Test
  void aPolicyThatFailsAboutOneDocumentDoesNotHideOthers() throws Exception {
    Relay relay =
        start(
            builder()
                .policy(request ->
                    Optional.of(
                        new Access() {
                          @Override
                          public boolean maySee(String docId) {
                            if (docId.equals("odd") && request.path().equals("/user")) {
                              throw new AssertionError("no idea");
                            }
                            return true;
                          }
                        })));
    try (SyncClient writer = SyncClient.join(relay.uri(), "writer");
        SyncClient witness = SyncClient.join(relay.uri(), "witness");
        TestClient user = TestClient.join(relay.uri().resolve("/user"), "user")) {
      writer.open("odd", Samples.YJS);
      writer.change("odd", Samples.update(new YjsTyping(1), "x"), "");
      witness.client().await(Message.Present.class);
      writer.open("doc", Samples.YJS);
      writer.change("doc", Samples.update(new YjsTyping(1), "x"), "");
      assertThat(user.await(Message.Present.class)).isEqualTo(Samples.present("doc", Samples.YJS));
    }
  }

  /** Starts a relay to which only those may write who connect to the path {@code /writer}. */
  private Relay startForOneWriter() throws IOException {
    return start(
        builder()
            .policy(request ->
                Optional.of(
                    new Access() {
                      @Override
                      public boolean mayWrite(String docId) {
                        return request.path().equals("/writer");
                      }
                    })));
  }

  @Test
  void whoMayNotWriteDoesNotDecideWhatADocumentIs() throws Exception {
    Relay relay = startForOneWriter();
    try (TestClient reader = TestClient.join(relay.uri(), "reader");
        TestClient writer = TestClient.join(relay.uri().resolve("/writer"), "writer")) {
      reader.send(Samples.present("doc", Samples.YJS));
      assertThat(reader.await(Message.class)).isEqualTo(new Vacant("doc"));
      writer.send(Samples.present("doc", Samples.PLAIN));
      assertThat(writer.await(Interest.class).docId()).isEqualTo("doc");
      writer.send(Samples.plainOffer("doc", 1, "one"));
      assertThat(reader.await(Present.class)).isEqualTo(Samples.present("doc", Samples.PLAIN));
      reader.send(Samples.present("doc", Samples.PLAIN));
      reader.send(Samples.plainInterest("doc"));
      assertThat(reader.await(Offer.class).version()).isEqualTo(Samples.LINEAGE + ":1");
    }
  }

  @Test
  void whoMayNotWriteReadsOnly() throws Exception {
    Relay relay = startForOneWriter();
    try (SyncClient writer = SyncClient.join(relay.uri().resolve("/writer"), "writer");
        SyncClient reader = SyncClient.join(relay.uri(), "reader")) {
      writer.open("doc", Samples.YJS);
      reader.open("doc", Samples.YJS);
      YjsTyping typing = new YjsTyping(2);
      reader.client().send(Samples.yjsOffer("doc", typing, "not allowed"));
      writer.change("doc", Samples.update(new YjsTyping(1), "allowed"), "");
      eventually("it to be read", () -> YjsTyping.clockOf(reader.version("doc"), 1) == 7);
      assertThat(YjsTyping.clockOf(writer.version("doc"), 2)).isZero();
      assertThat(relay.metrics()).contains("reason=\"forbidden\"}");
    }
  }

  @Test
  void aRelayListensElsewhereOnlyWithAReason() throws Exception {
    assertThatIllegalStateException()
        .isThrownBy(() -> builder().host("0.0.0.0").start())
        .withMessageContaining("token");
    builder().host("0.0.0.0").token("abc").start().close();
    builder().host("0.0.0.0").openToEverybody().start().close();
    builder().host("127.0.0.1").start().close();
    assertThatIllegalStateException().isThrownBy(() -> Relay.builder().start());
  }

  @Test
  void hostsRegistryHasTheMetersAsLongAsTheRelayRuns() throws Exception {
    SimpleMeterRegistry host = new SimpleMeterRegistry();
    host.counter("its.own").increment();
    Relay relay = start(builder().meters(host));
    try (TestClient client = connect(relay.uri())) {
      eventually(
          "a connection", () -> host.get("kyneta.connections.accepted").counter().count() == 1);
      assertThat(relay.metrics()).contains("kyneta_connections_accepted_total 1");
      assertThat(client).isNotNull();
    }
    relay.close();
    assertThat(host.getMeters())
        .extracting(meter -> meter.getId().getName())
        .containsExactly("its.own");
    host.counter("its.own").increment();
    assertThat(host.counter("its.own").count()).isEqualTo(2);
  }
}

package org.kyneta.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kyneta.store.InMemoryStore;

/** A relay that speaks TLS, with a certificate and a key from files. */
@Timeout(60)
class TlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir private Path folder;

  /** Makes a certificate for localhost with the tool that comes with Java. */
  private KeyStore keys(String algorithm, String size) throws Exception {
    Path file = folder.resolve("keys.p12");
    Process tool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "relay",
                "-keyalg",
                algorithm,
                algorithm.equals("RSA") ? "-keysize" : "-groupname",
                size,
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(tool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return keys;
  }

  private Path pem(String label, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder().encodeToString(bytes);
    String pem = "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, text, label);
    return Files.writeString(folder.resolve(label.replace(' ', '-') + ".pem"), pem);
  }

  @ParameterizedTest
  @CsvSource({"RSA, 2048", "EC, secp256r1"})
  void clientsConnectByTls(String algorithm, String size) throws Exception {
    KeyStore keys = keys(algorithm, size);
    Path certificate = pem("CERTIFICATE", keys.getCertificate("relay").getEncoded());
    Path key = pem("PRIVATE KEY", keys.getKey("relay", PASSWORD.toCharArray()).getEncoded());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    CompletableFuture<String> first = new CompletableFuture<>();
    try (InMemoryStore store = new InMemoryStore();
        Relay relay = Relay.builder().store(store).tls(certificate, key).start();
        HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      URI uri = relay.uri();
      assertThat(uri.getScheme()).isEqualTo("wss");
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(
                  uri,
                  new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(
                        WebSocket from, CharSequence text, boolean last) {
                      first.complete(text.toString());
                      return null;
                    }
                  })
              .get(30, TimeUnit.SECONDS);
      assertThat(first.get(30, TimeUnit.SECONDS)).isEqualTo("ready");
      socket.abort();
    }
  }

  @Test
  void filesThatAreNotWhatTheyMustBeAreReported() throws Exception {
    KeyStore keys = keys("EC", "secp256r1");
    Path certificate = pem("CERTIFICATE", keys.getCertificate("relay").getEncoded());
    Path oldKey = pem("EC PRIVATE KEY", new byte[] {1, 2, 3});
    Path noKey = pem("PRIVATE KEY", new byte[] {1, 2, 3});
    assertThatIOException()
        .isThrownBy(() -> Relay.builder().tls(certificate, oldKey))
        .withMessageContaining("openssl");
    assertThatIOException()
        .isThrownBy(() -> Relay.builder().tls(certificate, noKey))
        .withMessageContaining(noKey.toString());
    assertThatIOException().isThrownBy(() -> Relay.builder().tls(certificate, folder));
    assertThatIOException().isThrownBy(() -> Relay.builder().tls(noKey, noKey));
  }
}

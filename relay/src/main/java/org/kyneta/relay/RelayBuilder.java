package org.kyneta.relay;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.document.CompactionPolicy;
import org.kyneta.relay.document.CompactionPolicy.Plain;
import org.kyneta.store.Store;

/**
 * What a relay is made of. Not thread-safe; what was built keeps nothing of it.
 *
 * <p>A relay listens on the loopback address unless told otherwise, and refuses to listen elsewhere
 * without a token or a word that everybody may connect.
 *
 * <p>It works on virtual threads. A store in native code, such as SQLite, keeps their carriers
 * while it waits for the disk: on a machine of few processors a program does well to have two more
 * of them ({@code -Djdk.virtualThreadScheduler.parallelism}), as {@code kyneta serve} has.
 */
public final class RelayBuilder {

  private static final int LARGEST_PORT = 65_535;

  private @Nullable Store store;
  private String host = "localhost";
  private int port;
  private @Nullable String token;
  private Set<String> origins = Set.of();
  private boolean open;
  private @Nullable SSLContext tls;
  private Policy policy = Policy.OPEN;
  private boolean hasPolicy;
  private RelayLimits limits = RelayLimits.DEFAULT;
  private CompactionPolicy compaction = CompactionPolicy.DEFAULT;
  private @Nullable MeterRegistry meters;
  private String peerId = "relay-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());

  RelayBuilder() {}

  private RelayBuilder(RelayBuilder other) {
    this.store = other.store;
    this.host = other.host;
    this.port = other.port;
    this.token = other.token;
    this.origins = other.origins;
    this.open = other.open;
    this.tls = other.tls;
    this.policy = other.policy;
    this.hasPolicy = other.hasPolicy;
    this.limits = other.limits;
    this.compaction = other.compaction;
    this.meters = other.meters;
    this.peerId = other.peerId;
  }

  /**
   * Sets where documents are kept. The relay does not close it, and must be its only writer, unless
   * it is a {@link org.kyneta.store.SharedStore}: over such a store, like that of {@code
   * kyneta-postgres}, any number of relays may run, each with a store object of its own, and what
   * is written through one is seen through all.
   */
  public RelayBuilder store(Store newStore) {
    store = Objects.requireNonNull(newStore, "store");
    return this;
  }

  /** Sets the name or address to listen on; {@code localhost} by default. */
  public RelayBuilder host(String newHost) {
    host = Objects.requireNonNull(newHost, "host");
    return this;
  }

  /**
   * Sets the port to listen on, from 0 to 65,535; 0, the default, for one that is free.
   *
   * @throws IllegalArgumentException if it is out of its range
   */
  public RelayBuilder port(int newPort) {
    if (newPort < 0 || newPort > LARGEST_PORT) {
      throw new IllegalArgumentException("expected a port from 0 to 65535, found " + newPort);
    }
    port = newPort;
    return this;
  }

  /**
   * Sets a token that every connection must carry, as {@code Authorization: Bearer …} or {@code
   * ?token=…}. It is never logged.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public RelayBuilder token(String newToken) {
    if (newToken.isEmpty()) {
      throw new IllegalArgumentException("expected a token, found an empty one");
    }
    token = newToken;
    return this;
  }

  /**
   * Sets the origins of the web pages that may connect, such as {@code https://example.org}. Where
   * none are set, a relay without token and policy that is not {@linkplain #openToEverybody() open}
   * lets only pages of this machine connect, since any page that a browser shows could; others let
   * all. What is no browser is not asked.
   */
  public RelayBuilder origins(Set<String> newOrigins) {
    origins =
        newOrigins.stream()
            .map(origin -> origin.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    return this;
  }

  /** Allows everybody who can reach the relay to connect to it, without a token. */
  public RelayBuilder openToEverybody() {
    open = true;
    return this;
  }

  /** Makes the relay speak TLS only. */
  public RelayBuilder tls(SSLContext context) {
    tls = Objects.requireNonNull(context, "context");
    return this;
  }

  /**
   * Makes the relay speak TLS only.
   *
   * @param certificates a file in PEM form of the relay's certificate, and behind it those that
   *     vouch for it
   * @param key a file in PEM form of the certificate's key, in PKCS #8 and not encrypted
   * @throws IOException if a file cannot be read or is not what it must be
   */
  public RelayBuilder tls(Path certificates, Path key) throws IOException {
    return tls(PemFiles.context(certificates, key));
  }

  /** Sets who may connect and what for. It counts as a reason to listen anywhere. */
  public RelayBuilder policy(Policy newPolicy) {
    policy = Objects.requireNonNull(newPolicy, "policy");
    hasPolicy = true;
    return this;
  }

  /** Sets how much is taken from peers and kept in memory. */
  public RelayBuilder limits(RelayLimits newLimits) {
    limits = Objects.requireNonNull(newLimits, "limits");
    return this;
  }

  /**
   * Sets where the host of the relay wants its meters as well; {@code /metrics} shows them in any
   * case. They are removed when the relay is closed. Several relays must not share a registry
   * without tags of their own.
   */
  public RelayBuilder meters(MeterRegistry registry) {
    meters = Objects.requireNonNull(registry, "registry");
    return this;
  }

  /**
   * Lets streams of plain documents be compacted as they grow, as those of all others are. The
   * original's relay misreads what comes of it, so do it only if the store will never be handed
   * over to that; else their streams grow until somebody compacts them with a {@link Compaction}.
   */
  public RelayBuilder compactPlain() {
    compaction =
        new CompactionPolicy(
            compaction.entries(), compaction.bytes(), compaction.images(), Plain.COMPACTED);
    return this;
  }

  /** Sets when streams are compacted. */
  RelayBuilder compaction(CompactionPolicy newCompaction) {
    compaction = newCompaction;
    return this;
  }

  /**
   * Sets the id by which peers know the relay; another one for each start by default. No client may
   * have the same.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public RelayBuilder peerId(String newPeerId) {
    if (newPeerId.isEmpty()) {
      throw new IllegalArgumentException("expected a peer id, found an empty one");
    }
    peerId = newPeerId;
    return this;
  }

  /**
   * Starts a relay, which listens when this returns.
   *
   * @throws IllegalStateException if there is no store, or the relay would listen on an address
   *     that others can reach, without a token, a policy, or {@link #openToEverybody()}
   * @throws org.kyneta.store.StorageException if the store is shared, and what others write to it
   *     cannot be heard of
   * @throws IOException if it cannot listen there
   */
  public Relay start() throws IOException {
    if (store == null) {
      throw new IllegalStateException("expected a store, found none");
    }
    if (token == null && !hasPolicy && !open && !isLoopback()) {
      throw new IllegalStateException(
          "host %s: expected a token, a policy, or a word that everybody may connect, found none"
              .formatted(host));
    }
    return new Relay(new RelayBuilder(this));
  }

  private boolean isLoopback() throws UnknownHostException {
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (!address.isLoopbackAddress()) {
        return false;
      }
    }
    return true;
  }

  Store store() {
    return Objects.requireNonNull(store);
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  @Nullable String token() {
    return token;
  }

  /** Returns whether a web page of an origin in small letters may connect. */
  boolean allowsOrigin(String origin) {
    if (!origins.isEmpty()) {
      return origins.contains(origin);
    }
    return token != null || hasPolicy || open || Gate.isLocal(origin);
  }

  @Nullable SSLContext tls() {
    return tls;
  }

  Policy policy() {
    return policy;
  }

  RelayLimits limits() {
    return limits;
  }

  @Nullable MeterRegistry meters() {
    return meters;
  }

  CompactionPolicy compaction() {
    return compaction;
  }

  String peerId() {
    return peerId;
  }
}

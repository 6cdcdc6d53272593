package org.kyneta.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.Lease;
import org.kyneta.relay.Relay;
import org.kyneta.relay.RelayBuilder;
import org.kyneta.relay.RelayLimits;
import org.kyneta.sql.Format;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.IncompatibleFormatException;
import org.kyneta.store.IncompatibleFormatException.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a relay over a store until it is told to stop. */
@Command(
    name = "serve",
    header = "Serve documents to JavaScript clients, and keep what they write.",
    description = {
      "",
      "Clients connect by WebSocket to any path, converge, and find their documents again after a "
          + "restart. What one client is sent of another's changes is on the disk before. The "
          + "store is created if it does not exist, and has no second relay while this one runs.",
      "",
      "Without a token the relay listens where only this machine can reach it. GET /healthz says "
          + "whether it runs, GET /metrics how it does, in Prometheus' format. SIGTERM stops it: it "
          + "stores what has come, and says farewell to its clients, within 5 seconds."
    },
    footer = {"", "Example: kyneta serve --store notes.db --port 8787"})
final class ServeCommand extends Subcommand {

  private static final int DEFAULT_PORT = 8_787;

  @Option(
      names = "--store",
      paramLabel = "FILE",
      description = "The SQLite file of the store; by default ${DEFAULT-VALUE}.",
      defaultValue = "kyneta.db")
  @SuppressWarnings("NullAway.Init")
  private Path file;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port, by default " + DEFAULT_PORT + "; 0 for one that is free.")
  private int port = DEFAULT_PORT;

  @Option(
      names = "--host",
      paramLabel = "ADDR",
      description = "The name or address to listen on, by default localhost; 0.0.0.0 for all.")
  private String host = "localhost";

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "A file with a token that clients must send, as Authorization: Bearer or as ?token=.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--open",
      description = "Let everybody connect who can reach the relay, without a token.")
  private boolean open;

  @Option(
      names = "--origin",
      paramLabel = "ORIGIN",
      description =
          "A web page that may connect, such as https://example.org; repeatable. By default all "
              + "with a token or --open, else only pages of this machine.")
  private Set<String> origins = new LinkedHashSet<>();

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "The relay's certificate chain in PEM form, to serve wss:// and https://.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-key",
      paramLabel = "FILE",
      description = "The certificate's key in PEM form (PKCS #8).")
  private @Nullable Path key;

  @Option(
      names = "--durability",
      paramLabel = "full|normal",
      description =
          "When a change counts as stored: full, the default, survives a power failure; normal "
              + "survives a crash of the relay.")
  private DurabilityName durability = DurabilityName.FULL;

  @Option(
      names = "--max-message",
      paramLabel = "BYTES",
      description = "The largest message that is taken, by default 67108864 (64 MiB).")
  private int maxMessage = RelayLimits.DEFAULT.messageBytes();

  @Option(
      names = "--compact-plain",
      description =
          "Compact plain documents too as they grow, as is done with all others. A JavaScript relay "
              + "cannot take such a store over.")
  private boolean compactPlain;

  @Option(
      names = "--format",
      paramLabel = "1|2",
      converter = FormatConverter.class,
      description = "The format that the store must have; a new one has format 2.")
  private @Nullable Format format;

  @Mixin private final JsonOption json = new JsonOption();

  /** How durabilities are called on the command line. */
  enum DurabilityName {
    FULL,
    NORMAL;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  int run() {
    RelayBuilder builder = builder();
    CountDownLatch toStop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(toStop, stopped), "kyneta-stop");
    Runtime.getRuntime().addShutdownHook(hook);
    try (Lease _ = Lease.take(file, "kyneta serve");
        SqliteStore store = openStore();
        Relay relay = builder.store(store).start()) {
      announce(relay.uri(), store);
      toStop.await();
    } catch (IllegalStateException e) {
      throw new Failure(e.getMessage() + " (see --token-file and --open)", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped.countDown();
    }
    return Kyneta.DONE;
  }

  /** Java ends the process when this returns, so all must be closed by then. */
  private static void stop(CountDownLatch toStop, CountDownLatch stopped) {
    toStop.countDown();
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private RelayBuilder builder() {
    if ((certificate == null) != (key == null)) {
      throw wrongUsage("expected --tls-cert and --tls-key together, found one of them");
    }
    RelayBuilder builder = Relay.builder().host(host).origins(origins);
    try {
      builder.port(port).limits(RelayLimits.DEFAULT.withMessageBytes(maxMessage));
    } catch (IllegalArgumentException e) {
      throw wrongUsage(String.valueOf(e.getMessage()));
    }
    if (open) {
      builder.openToEverybody();
    }
    if (compactPlain) {
      builder.compactPlain();
    }
    try {
      if (tokenFile != null) {
        builder.token(token(tokenFile));
      }
      return certificate == null || key == null ? builder : builder.tls(certificate, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String token(Path file) throws IOException {
    String token = Files.readString(file).strip();
    if (token.isEmpty()) {
      throw new Failure(file + ": expected a token, found an empty file");
    }
    return token;
  }

  private SqliteStore openStore() {
    SqliteOptions options =
        SqliteOptions.DEFAULT.withDurability(
            durability == DurabilityName.FULL ? Durability.FULL : Durability.NORMAL);
    Format wanted = format;
    if (wanted == null && isNew(options)) {
      wanted = Format.V2;
    }
    return SqliteStore.open(file, wanted == null ? options : options.withFormat(wanted));
  }

  private boolean isNew(SqliteOptions options) {
    if (!Files.exists(file)) {
      return true;
    }
    try {
      SqliteStore.openReadOnly(file, options).close();
      return false;
    } catch (IncompatibleFormatException e) {
      return e.reason() == Reason.NOT_A_STORE;
    }
  }

  private void announce(URI uri, SqliteStore store) {
    Path stored = file.toAbsolutePath().normalize();
    if (json.isOn()) {
      out()
          .line(
              new Fields()
                  .put("uri", uri.toString())
                  .put("store", stored.toString())
                  .put("format", store.format().number())
                  .put("durability", durability.toString())
                  .toJson());
    } else {
      out()
          .line(
              "listening on %s, stored in %s (SQLite, %s, durability %s); a client connects with createWebsocketClient({ url: \"%s%s\" })"
                  .formatted(
                      uri,
                      Shown.line(stored.toString()),
                      store.format(),
                      durability,
                      uri,
                      tokenFile == null ? "" : "?token=…"));
    }
    out().flush();
  }
}

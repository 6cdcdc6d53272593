package org.kyneta.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import org.jspecify.annotations.Nullable;
import org.kyneta.relay.Gate.Decision;
import org.kyneta.relay.wire.WireLimits;

/** The web server: turns requests into connections, and answers those that are for pages. */
final class Server {

  private static final int INPUT_BUFFER_BYTES = 16 << 10;
  private static final int OUTPUT_BUFFER_BYTES = 32 << 10;

  /** As many connections may be on their way to be WebSockets, or an eighth of all if more. */
  private static final int LEAST_NEWCOMERS = 128;

  private static final Duration PATIENCE_WITH_NEWCOMERS = Duration.ofSeconds(15);

  private final org.eclipse.jetty.server.Server server;
  private final ServerConnector connector;
  private final Newcomers newcomers;

  Server(
      String host,
      int port,
      @Nullable SSLContext tls,
      Connections connections,
      Gate gate,
      Handler pages) {
    VirtualThreadPool threads = new VirtualThreadPool();
    threads.setName("kyneta-relay");
    this.server = new org.eclipse.jetty.server.Server(threads);
    this.connector = new ServerConnector(server, factories(tls));
    connector.setHost(host);
    connector.setPort(port);
    connector.setAcceptQueueSize(1_024);
    this.newcomers =
        new Newcomers(
            Math.max(LEAST_NEWCOMERS, connections.limits().connections() / 8),
            PATIENCE_WITH_NEWCOMERS);
    connector.addBean(newcomers);
    server.addConnector(connector);
    WebSocketUpgradeHandler upgrades =
        new WebSocketUpgradeHandler(
            handler -> handler.addMapping("/*", new Negotiator(connections, gate)));
    upgrades.setHandler(pages);
    server.setHandler(upgrades);
  }

  private static ConnectionFactory[] factories(@Nullable SSLContext tls) {
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    HttpConnectionFactory http = new HttpConnectionFactory(configuration);
    if (tls == null) {
      return new ConnectionFactory[] {http};
    }
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setSslContext(tls);
    return new ConnectionFactory[] {new SslConnectionFactory(context, http.getProtocol()), http};
  }

  /** Makes connections of requests that the gate lets through. */
  private record Negotiator(Connections connections, Gate gate) implements WebSocketNegotiator {

    @Override
    public @Nullable FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      // Kept from being compressed: that would cost more memory a connection than all else.
      response.setExtensions(java.util.List.of());
      if (connections.isStopping() || connections.count() >= connections.limits().connections()) {
        return refuse(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "full");
      }
      Decision decision = gate.decide(request);
      if (decision.access() == null) {
        return refuse(request, response, callback, decision.status(), decision.reason());
      }
      return new ConnectionHandler(connections, decision.access(), Request.getRemoteAddr(request));
    }

    private @Nullable FrameHandler refuse(
        Request request, Response response, Callback callback, int status, String reason) {
      connections.meters().rejected(reason);
      Response.writeError(request, response, callback, status);
      return null;
    }

    @Override
    public void customize(Configuration configuration) {
      configuration.setAutoFragment(true);
      configuration.setMaxFrameSize(
          (long) connections.limits().messageBytes() + WireLimits.FRAME_BYTES);
      configuration.setIdleTimeout(Duration.ZERO);
      configuration.setInputBufferSize(INPUT_BUFFER_BYTES);
      configuration.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
    }
  }

  /** Begins to listen. */
  void start() throws IOException {
    try {
      server.start();
    } catch (IOException e) {
      stop();
      throw e;
    } catch (Exception e) {
      stop();
      throw new IOException("the server could not be started: " + e.getMessage(), e);
    }
  }

  int port() {
    return connector.getLocalPort();
  }

  /** Closes connections that take too long to become WebSockets; called every few seconds. */
  void lookAfter() {
    newcomers.expire();
  }

  /** Accepts no more connections. */
  void stopAccepting() {
    var unused = connector.shutdown();
  }

  void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new UncheckedIOException(
          new IOException("the server could not be stopped: " + e.getMessage(), e));
    }
  }
}

package org.kyneta.relay;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What is answered to requests that are not for a connection. */
final class Pages extends Handler.Abstract.NonBlocking {

  private final Metrics metrics;
  private final Connections connections;
  private final Gate gate;

  Pages(Metrics metrics, Connections connections, Gate gate) {
    this.metrics = metrics;
    this.connections = connections;
    this.gate = gate;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    switch (Request.getPathInContext(request)) {
      case "/healthz" -> {
        boolean isStopping = connections.isStopping();
        answer(
            response,
            callback,
            isStopping ? HttpStatus.SERVICE_UNAVAILABLE_503 : HttpStatus.OK_200,
            isStopping ? "stopping\n" : "ok\n");
      }
      case "/metrics" -> {
        if (gate.hasToken(request)) {
          answer(response, callback, HttpStatus.OK_200, metrics.scrape());
        } else {
          answer(response, callback, HttpStatus.UNAUTHORIZED_401, "a token is needed\n");
        }
      }
      default ->
          answer(
              response,
              callback,
              HttpStatus.NOT_FOUND_404,
              "This is a Kyneta relay: connect to any path with a WebSocket.\n");
    }
    return true;
  }

  private static void answer(Response response, Callback callback, int status, String text) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
    // A connection that is kept would be ended as one that takes too long.
    response.getHeaders().put(HttpHeader.CONNECTION, HttpHeaderValue.CLOSE);
    Content.Sink.write(response, /* last= */ true, text, callback);
  }
}

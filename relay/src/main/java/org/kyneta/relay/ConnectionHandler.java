package org.kyneta.relay;

import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the network tells of one WebSocket, from the end of its HTTP request on. */
final class ConnectionHandler implements FrameHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionHandler.class);

  private final Connections connections;
  private final Access access;
  private final String remote;
  private volatile @Nullable Connection opened;

  ConnectionHandler(Connections connections, Access access, String remote) {
    this.connections = connections;
    this.access = access;
    this.remote = remote;
  }

  @Override
  public void onOpen(CoreSession session, Callback callback) {
    Connection connection = new Connection(connections, access, remote, session);
    opened = connection;
    connections.opened(connection);
    connection.start(callback);
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    Connection connection = opened;
    if (connection == null) {
      callback.succeeded();
    } else {
      connection.take(frame, callback);
    }
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    LOG.debug("connection from {}: {}", remote, cause.toString());
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    LOG.debug("connection from {}: closed, {}", remote, status.getCode());
    Connection connection = opened;
    if (connection != null) {
      connection.end();
      connections.closed(connection);
    }
    callback.succeeded();
  }
}

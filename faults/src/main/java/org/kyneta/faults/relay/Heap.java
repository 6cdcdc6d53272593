package org.kyneta.faults.relay;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** The heap of another Java process. Not thread-safe. */
final class Heap implements AutoCloseable {

  private final JMXConnector connector;
  private final MemoryMXBean memory;

  private Heap(JMXConnector connector, MemoryMXBean memory) {
    this.connector = connector;
    this.memory = memory;
  }

  /**
   * Attaches to a process.
   *
   * @throws IOException if it does not let itself be attached to
   */
  @SuppressWarnings("BanJNDI") // The address is one that a process of our own has just given.
  static Heap of(long pid) throws IOException {
    String address;
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
      address = machine.startLocalManagementAgent();
      machine.detach();
    } catch (AttachNotSupportedException e) {
      throw new IOException(e);
    }
    JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address));
    MemoryMXBean memory =
        ManagementFactory.newPlatformMXBeanProxy(
            connector.getMBeanServerConnection(),
            ManagementFactory.MEMORY_MXBEAN_NAME,
            MemoryMXBean.class);
    return new Heap(connector, memory);
  }

  /** Returns how many bytes are in use after a full collection. */
  long bytes() {
    memory.gc();
    // What was only kept until references were handled goes with the second one.
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Override
  public void close() throws IOException {
    connector.close();
  }
}

package org.kyneta.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.kyneta.cli.Output.OutputException;
import org.kyneta.store.Payload;
import org.kyneta.store.Payload.Bytes;
import org.kyneta.store.RecordCursor;
import org.kyneta.store.StoreRecord;
import org.kyneta.store.StoreRecord.Entry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a document's binary updates as a log. */
@Command(
    name = "replay",
    header = "Write a document's binary updates as a log, which record reads.",
    description = {
      "",
      "The log is a sequence of updates, each after its length as four bytes, big-endian, in the "
          + "order of the stream. Metadata is passed over; an entry that is not binary is an "
          + "error, which names it.",
      "",
      "Nothing in the store is created or changed."
    })
final class ReplayCommand extends Subcommand {

  @Mixin private final DocArgument doc = new DocArgument();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "A new file to write to; standard output without this.")
  private @Nullable Path target;

  private long updates;
  private long bytes;

  @Override
  int run() {
    String id = doc.id();
    if (target == null && streams().outIsTerminal()) {
      throw wrongUsage("the log is binary: name a file with --out, or redirect standard output");
    }
    try (OpenStore opened = doc.store().openToLook()) {
      CatCommand.requireDocument(opened.store(), id);
      try (RecordCursor records = opened.store().loadAll(id);
          ProgressLine progress = progress("replay", "updates")) {
        if (target == null) {
          writeToStandardOutput(records, progress);
        } else {
          writeToFile(target, records, progress);
          out()
              .line(
                  "%s: %s of %s replayed into %s"
                      .formatted(
                          Shown.id(id),
                          Shown.count(updates, "update"),
                          Shown.bytes(bytes),
                          Shown.line(target.toString())));
        }
      }
    }
    return Kyneta.DONE;
  }

  private void writeToStandardOutput(RecordCursor records, ProgressLine progress) {
    try {
      write(records, streams().out(), progress);
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  private void writeToFile(Path file, RecordCursor records, ProgressLine progress) {
    OutputStream out;
    try {
      out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw Failures.about(file.toString(), e);
    }
    boolean done = false;
    try {
      try (out) {
        write(records, out, progress);
      }
      done = true;
    } catch (IOException e) {
      throw Failures.about(file.toString(), e);
    } finally {
      if (!done) {
        // What is not whole must not be taken for the log.
        file.toFile().delete();
      }
    }
  }

  private void write(RecordCursor records, OutputStream to, ProgressLine progress)
      throws IOException {
    OutputStream out = new BufferedOutputStream(to, 1 << 16);
    while (records.hasNext()) {
      StoreRecord record = records.next();
      if (record instanceof Entry(Payload payload, String version)) {
        byte[] update = binary(payload, records.seq());
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(update.length).array());
        out.write(update);
        bytes += update.length;
        progress.at(++updates, -1);
      }
    }
    out.flush();
  }

  private static byte[] binary(Payload payload, long seq) {
    if (payload.encoding() == Payload.Encoding.BINARY
        && payload.data() instanceof Bytes(byte[] b)) {
      return b;
    }
    throw new Failure(
        "record %d: expected a binary payload, found %s in %s encoding; cat shows it"
            .formatted(
                seq,
                payload.data() instanceof Bytes ? "bytes" : "text",
                payload.encoding().jsonName()));
  }
}

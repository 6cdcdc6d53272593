package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.kyneta.faults.Folders;
import org.kyneta.faults.Model;
import org.kyneta.faults.Tally;
import org.kyneta.faults.Verdict;
import org.kyneta.faults.disk.Disk.Cut;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.InMemoryStore;
import org.kyneta.store.Store;
import org.kyneta.store.StoreException;

/** Opens what a power cut has left, and says whether all is there that must be. */
final class ImageJudge {

  private final Path images;
  private final IntConsumer progress;
  private Verdict verdict = Verdict.NOTHING;
  private long acknowledged;
  private int cycles;

  ImageJudge(Path images, IntConsumer progress) {
    this.images = images;
    this.progress = progress;
  }

  /** Returns how many images were opened. */
  int cycles() {
    return cycles;
  }

  Tally tally() {
    return verdict.tally(cycles, acknowledged);
  }

  /** Returns whether more than is shown could hardly be found. */
  boolean hasFoundMuch() {
    return tally().findings().size() == Tally.MOST_FINDINGS;
  }

  /** Takes note that a session was gone through. */
  void end(Model model) {
    acknowledged += model.acknowledged();
  }

  /**
   * A moment of a session.
   *
   * @param event the number of the event that came last
   * @param model what was reported until then
   * @param isFull whether nothing that was acknowledged may be lost
   */
  record Moment(Session session, int event, Model model, boolean isFull) {}

  /** Makes an image and opens it. */
  void look(Moment now, Disk disk, Cut cut, SplittableRandom random) throws IOException {
    Folders.empty(images);
    disk.image(now.session.folder(), images, cut, random);
    Verdict found = judge(now);
    String place =
        "%s, seed %d, event %d, %s"
            .formatted(now.session.setting(), now.session.seed(), now.event, cut);
    verdict = verdict.plus((now.isFull ? found : found.forgivingLosses()).at(place));
    progress.accept(++cycles);
  }

  private Verdict judge(Moment now) {
    Path file = images.resolve("store.db");
    Model model = now.model.copy();
    if (!Files.exists(file)) {
      try (Store nothing = new InMemoryStore()) {
        return model.judge(nothing);
      }
    }
    SqliteOptions options =
        SqliteOptions.DEFAULT
            .withBinding(now.session.setting().library().binding())
            .withDurability(Durability.NORMAL);
    try (SqliteStore store = SqliteStore.open(file, options)) {
      return Verdict.verifying(store).plus(model.judge(store));
    } catch (StoreException e) {
      return Verdict.of("expected to open the store and read it, found " + e);
    }
  }
}

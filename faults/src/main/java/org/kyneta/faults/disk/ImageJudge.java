package org.kyneta.faults.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.kyneta.faults.Tally;
import org.kyneta.faults.disk.Disk.Cut;
import org.kyneta.sqlite.Durability;
import org.kyneta.sqlite.SqliteOptions;
import org.kyneta.sqlite.SqliteStore;
import org.kyneta.store.StoreException;
import org.kyneta.store.StoreRecord;

/** Opens what a power cut has left, and says whether all is there that must be. */
final class ImageJudge {

  private final Path images;
  private final IntConsumer progress;
  private Tally tally = Tally.NOTHING;
  private @Nullable Moment moment;

  /**
   * A moment of a session.
   *
   * @param event the number of the event that came last
   * @param acknowledged how many operations were acknowledged
   * @param begun how many were begun
   * @param isFull whether nothing that was acknowledged may be lost
   */
  private record Moment(Session session, int event, int acknowledged, int begun, boolean isFull) {}

  ImageJudge(Path images, IntConsumer progress) {
    this.images = images;
    this.progress = progress;
  }

  Tally tally() {
    return tally;
  }

  /** Goes to another moment. */
  void at(Session session, int event, int acknowledged, int begun, boolean isFull) {
    if (acknowledged > (moment == null ? 0 : moment.acknowledged)) {
      tally = tally.plus(new Tally(0, 1, 0, 0, List.of()));
    }
    moment = new Moment(session, event, acknowledged, begun, isFull);
  }

  /** Makes an image and opens it. */
  void look(Disk disk, Path folder, Cut cut, SplittableRandom random) throws IOException {
    Moment now = Objects.requireNonNull(moment, "moment");
    Session.empty(images);
    disk.image(folder, images, cut, random);
    List<String> problems = new ArrayList<>();
    int lost = 0;
    try {
      lost = lost(now, problems);
    } catch (StoreException e) {
      problems.add(e.toString());
    }
    if (lost > 0 && now.isFull) {
      problems.add("acknowledged operations are lost: " + lost);
    }
    String place =
        "%s, seed %d, event %d, %s: "
            .formatted(now.session.setting(), now.session.seed(), now.event, cut);
    List<String> findings = problems.stream().map(Contents::oneLine).map(place::concat).toList();
    tally = tally.plus(new Tally(1, 0, 0, now.isFull ? lost : 0, findings));
    progress.accept(tally.cycles());
  }

  /** Returns how many acknowledged operations are lost, all in a row; anything else is worse. */
  private int lost(Moment now, List<String> problems) throws IOException {
    Path file = images.resolve("store.db");
    Map<String, List<StoreRecord>> found = Map.of();
    if (Files.exists(file)) {
      SqliteOptions options =
          SqliteOptions.DEFAULT
              .withBinding(now.session.setting().library().binding())
              .withDurability(Durability.NORMAL);
      try (SqliteStore store = SqliteStore.open(file, options)) {
        found = Contents.of(store, problems);
      }
    }
    for (int done = now.begun; done >= 0; done--) {
      if (found.equals(now.session.states().get(done))) {
        return Math.max(0, now.acknowledged - done);
      }
    }
    problems.add("expected whole operations, found documents that they do not make");
    return 0;
  }
}

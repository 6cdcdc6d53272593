package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.kyneta.relay.replica.Entries.answer;
import static org.kyneta.relay.replica.Entries.entirety;
import static org.kyneta.relay.replica.Entries.setting;
import static org.kyneta.relay.replica.Entries.since;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.kyneta.store.StoreRecord.Entry;

class OriginalStreamProperties {

  enum Step {
    WRITE,
    CONFIRM,
    RESTART
  }

  /** The original's relay: what it holds, what it has stored, and what it believes is stored. */
  private static final class Original {

    private final List<String> held = new ArrayList<>();
    private final List<List<String>> stored = new ArrayList<>();
    private final List<Entry> entries =
        new ArrayList<>(List.of(entirety("kyneta.genesis", 0, "{}")));
    private int confirmed;
    private int written;

    void write() {
      held.add(setting("n", Integer.toString(written++)));
      List<String> delta = List.copyOf(held.subList(confirmed, held.size()));
      stored.add(delta);
      entries.add(since(held.size(), delta.toArray(String[]::new)));
    }

    void confirm() {
      confirmed = held.size();
    }

    void restart() {
      held.clear();
      stored.forEach(held::addAll);
      confirm();
    }
  }

  @Property
  void whatTheOriginalHeldIsRead(@ForAll @Size(min = 1, max = 25) List<Step> steps)
      throws UnreadableException {
    Original original = new Original();
    for (Step step : steps) {
      switch (step) {
        case WRITE -> original.write();
        case CONFIRM -> original.confirm();
        case RESTART -> original.restart();
      }
    }
    // Only what it stores after a restart shows that there was one.
    original.write();
    PlainReplica replica = new PlainReplica(Dialect.V3);
    Entries.hydrated(replica, original.entries);

    assertThat(answer(replica, "kyneta.genesis:0"))
        .isEqualTo(since(original.held.size(), original.held.toArray(String[]::new)));
  }
}

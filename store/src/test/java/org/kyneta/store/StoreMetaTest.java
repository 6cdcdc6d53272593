package org.kyneta.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.kyneta.store.JsonValue.JsonArray;
import org.kyneta.store.JsonValue.JsonNumber;
import org.kyneta.store.JsonValue.JsonObject;
import org.kyneta.store.JsonValue.JsonString;

class StoreMetaTest {

  private static final StoreMeta META =
      StoreMeta.of(new ReplicaType("yjs", 1, 0), SyncMode.COLLABORATIVE, "00ab");

  @Test
  void madeMetadataHasItsMembersInCanonicalOrder() {
    assertThat(META)
        .hasToString(
            "{\"replicaType\":[\"yjs\",1,0],\"syncMode\":{\"writerModel\":\"concurrent\","
                + "\"delivery\":\"delta-capable\",\"durability\":\"persistent\"},"
                + "\"schemaHash\":\"00ab\"}");
  }

  @Test
  void readMetadataKeepsWhatItDoesNotKnow() {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    members.put("first", new JsonNumber("1.50"));
    members.putAll(META.toJson().members());
    StoreMeta read = StoreMeta.fromJson(new JsonObject(members));
    assertThat(read.toString()).startsWith("{\"first\":1.50,\"replicaType\"");
    assertThat(read.member("first")).contains(new JsonNumber("1.5"));
    assertThat(read.replicaType()).isEqualTo(META.replicaType());
    assertThat(read).isNotEqualTo(META);
  }

  @Test
  void anotherValueTakesTheMembersPlace() {
    StoreMeta changed = META.with(StoreMeta.SCHEMA_HASH, new JsonString("01"));
    assertThat(changed.schemaHash()).isEqualTo("01");
    assertThat(changed.with(StoreMeta.SCHEMA_HASH, new JsonString("00ab"))).isEqualTo(META);
  }

  @Test
  void whatIsMissingOrWrongIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StoreMeta.fromJson(new JsonObject(Map.of())))
        .withMessage(
            "metadata member replicaType: expected an array of a name and two numbers, found"
                + " nothing");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> META.with("schemaHash", new JsonNumber("1")))
        .withMessageContainingAll("schemaHash", "a string", "found 1");
    JsonArray type =
        new JsonArray(List.of(new JsonString("x"), new JsonNumber("1.5"), new JsonNumber("0")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> META.with("replicaType", type))
        .withMessageContaining("versions from 0");
    JsonObject axes = new JsonObject(Map.of("writerModel", new JsonString("several")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> META.with("syncMode", axes))
        .withMessageContainingAll("syncMode.writerModel", "serialized or concurrent", "several");
  }
}

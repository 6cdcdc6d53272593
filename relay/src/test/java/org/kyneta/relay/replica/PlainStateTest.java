package org.kyneta.relay.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainStateTest {

  /** The eight kinds of change, each at the field {@code a}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}               | {"type":"replace","value":[1,{"b":null}]}       | {"a":[1,{"b":null}]}
          {"a":1,"b":2}    | {"type":"replace","value":null}                 | {"a":null,"b":2}
          {"a":"Hello"}    | {"type":"text","instructions":[{"retain":5},{"insert":" World"}]} | {"a":"Hello World"}
          {"a":"abcdef"}   | {"type":"text","instructions":[{"retain":1},{"delete":2},{"insert":"X"},{"retain":1},{"delete":1}]} | {"a":"aXdf"}
          {"a":"abc"}      | {"type":"text","instructions":[{"retain":9},{"insert":"X"},{"delete":9}]} | {"a":"abcX"}
          {"a":"abc"}      | {"type":"text","instructions":[{"delete":2}]}   | {"a":"c"}
          {"a":"abc"}      | {"type":"text","instructions":[{"other":2}]}    | {"a":"abc"}
          {"a":"😀b"}      | {"type":"text","instructions":[{"delete":1}]}   | {"a":"\\ude00b"}
          {}               | {"type":"text","instructions":[{"insert":"X"}]} | {"a":"X"}
          {"a":null}       | {"type":"text","instructions":[{"insert":"X"}]} | {"a":"X"}
          {"a":[1,2,3]}    | {"type":"sequence","instructions":[{"retain":1},{"insert":[10,20]},{"delete":1}]} | {"a":[1,10,20,3]}
          {"a":[1,2]}      | {"type":"sequence","instructions":[{"retain":9},{"insert":[null]},{"delete":9}]} | {"a":[1,2,null]}
          {"a":[1,2]}      | {"type":"sequence","instructions":[{"insert":[]},{"delete":9}]} | {"a":[]}
          {}               | {"type":"sequence","instructions":[{"insert":[{"b":1}]}]} | {"a":[{"b":1}]}
          {"a":{"x":1,"y":2}} | {"type":"map","set":{"x":10},"delete":["y"]} | {"a":{"x":10}}
          {"a":{"x":1,"y":2}} | {"type":"map","set":{"x":3},"delete":["x"]}  | {"a":{"y":2,"x":3}}
          {}               | {"type":"map","set":{"x":1}}                    | {"a":{"x":1}}
          {"a":{"x":1}}    | {"type":"map"}                                  | {"a":{"x":1}}
          {"a":10}         | {"type":"increment","amount":5}                 | {"a":15}
          {"a":0.1}        | {"type":"increment","amount":0.2}               | {"a":0.30000000000000004}
          {"a":1e308}      | {"type":"increment","amount":1e308}             | {"a":null}
          {"a":9007199254740993} | {"type":"increment","amount":0}           | {"a":9007199254740992}
          {"a":1}          | {"type":"increment","amount":-1}                | {"a":0}
          {}               | {"type":"increment","amount":2}                 | {"a":2}
          {"a":["a","b"]}  | {"type":"set-op","add":["c"],"remove":["a"]}    | {"a":["b","c"]}
          {"a":["a"]}      | {"type":"set-op","add":["a","b","b","c"],"remove":["c"]} | {"a":["a","b"]}
          {"a":[1,-0,"1"]} | {"type":"set-op","add":[1.0,0,10e-1]}           | {"a":[1,-0,"1",0]}
          {"a":[{"x":1,"y":[2]}]} | {"type":"set-op","add":[{"y":[2],"x":1},{"x":1}]} | {"a":[{"x":1,"y":[2]},{"x":1}]}
          {"a":[[1,2],[2,1]]} | {"type":"set-op","remove":[[2,1]]}           | {"a":[[1,2]]}
          {}               | {"type":"set-op","add":[true]}                  | {"a":[true]}
          {"a":[]}         | {"type":"tree","instructions":[{"action":"create","target":"n","parent":null,"index":0}]} | {"a":[{"id":"n","parent":null,"index":0,"data":{}}]}
          {"a":[{"id":"n","parent":null,"index":0,"data":{"x":1}},{"id":"m","parent":"n","index":0,"data":{}}]} | {"type":"tree","instructions":[{"action":"move","target":"n","parent":"m","index":3},{"action":"other","target":"n"}]} | {"a":[{"id":"n","parent":"m","index":3,"data":{"x":1}},{"id":"m","parent":"n","index":0,"data":{}}]}
          {"a":[{"id":"n","data":{}},{"id":"m","parent":"n","data":{}}]} | {"type":"tree","instructions":[{"action":"delete","target":"n"}]} | {"a":[{"id":"m","parent":"n","data":{}}]}
          """)
  void aChangeGivesTheNextValue(String before, String change, String after)
      throws UnreadableException {
    PlainState state = new PlainState(before);

    state.apply(batch("[{\"type\":\"field\",\"field\":\"a\"}]", change));

    assertThat(state.image()).isEqualTo(after);
    assertThat(state.complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                               | {"insert":"ab"},{"insert":"c","marks":{"b":true}} | [{"text":"ab"},{"text":"c","marks":{"b":true}}]
          [{"text":"abcd"}]                | {"retain":1},{"format":2,"marks":{"b":true}}      | [{"text":"a"},{"text":"bc","marks":{"b":true}},{"text":"d"}]
          [{"text":"a"},{"text":"b","marks":{"b":1}}] | {"retain":1},{"format":9,"marks":{"b":null,"c":null}} | [{"text":"ab"}]
          [{"text":"ab","marks":{"b":1,"i":2}}] | {"format":1,"marks":{"i":3,"b":null}}        | [{"text":"a","marks":{"i":3}},{"text":"b","marks":{"b":1,"i":2}}]
          [{"text":"ab"},{"text":"cd","marks":{"b":1}}] | {"retain":1},{"delete":2}            | [{"text":"a"},{"text":"d","marks":{"b":1}}]
          [{"text":"ab","marks":{}},{"text":""},{"text":"c"}] | {"retain":3},{"insert":""}     | [{"text":"abc"}]
          [{"text":"ab"}]                  | {"retain":9},{"delete":9},{"insert":"c"}          | [{"text":"abc"}]
          [{"text":"a","marks":{"b":1}}]   | {"retain":1},{"insert":"b","marks":{"b":1.0}}     | [{"text":"ab","marks":{"b":1}}]
          """)
  void richTextIsEditedAndItsSpansAreJoined(String before, String instructions, String after)
      throws UnreadableException {
    PlainState state = new PlainState("{\"a\":" + before + "}");

    state.apply(
        batch(
            "[{\"type\":\"field\",\"field\":\"a\"}]",
            "{\"type\":\"richtext\",\"instructions\":[" + instructions + "]}"));

    assertThat(state.image()).isEqualTo("{\"a\":" + after + "}");
    assertThat(state.complete()).isTrue();
  }

  /** Where a path leads, shown by replacing what is there with 9. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                   | {"type":"field","field":"a"},{"type":"entry","entry":"b"} | {"a":{"b":9}}
          {"a":null}           | {"type":"field","field":"a"},{"type":"field","field":"b"} | {"a":{"b":9}}
          {"a":5}              | {"type":"field","field":"a"},{"type":"field","field":"b"} | {"a":{"b":9}}
          {"a":"text"}         | {"type":"field","field":"a"},{"type":"index","index":0}   | {"a":{"0":9}}
          {"a":[1,2]}          | {"type":"field","field":"a"},{"type":"index","index":1}   | {"a":[1,9]}
          {"a":[1,2]}          | {"type":"field","field":"a"},{"type":"index","index":2}   | {"a":[1,2,9]}
          {"a":[1,{}]}         | {"type":"field","field":"a"},{"type":"index","index":1},{"type":"field","field":"b"} | {"a":[1,{"b":9}]}
          {"a":[1,2]}          | {"type":"field","field":"a"},{"type":"field","field":"0"} | {"a":[9,2]}
          {"a":{"b":1,"c":2}}  | {"type":"key","key":"a"},{"type":"key","key":"b"}         | {"a":{"b":9,"c":2}}
          {"a":[{"id":"n","data":{"b":1}}]} | {"type":"field","field":"a"},{"type":"entry","entry":"n"},{"type":"field","field":"b"} | {"a":[{"id":"n","data":{"b":9}}]}
          {"a":[{"id":"n","data":null}]}    | {"type":"field","field":"a"},{"type":"entry","entry":"n"},{"type":"field","field":"b"} | {"a":[{"id":"n","data":{"b":9}}]}
          {"a":[{"id":"n","data":{"b":1}}]} | {"type":"field","field":"a"},{"type":"entry","entry":"n"}                              | {"a":[{"id":"n","data":9}]}
          {"a":[{"id":"n","data":{"b":1}}]} | {"type":"field","field":"a"},{"type":"entry","entry":"m"},{"type":"field","field":"b"} | {"a":[{"id":"n","data":{"b":1}}]}
          {"a":[{"id":"n","data":{"b":1}}]} | {"type":"field","field":"a"},{"type":"index","index":0},{"type":"field","field":"id"}  | {"a":[{"id":9,"data":{"b":1}}]}
          """)
  void aPathLeadsToItsPlace(String before, String path, String after) throws UnreadableException {
    PlainState state = new PlainState(before);

    state.apply(batch("[" + path + "]", "{\"type\":\"replace\",\"value\":9}"));

    assertThat(state.image()).isEqualTo(after);
    assertThat(state.complete()).isTrue();
  }

  /** What a change finds at the end of its path, shown by incrementing it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"b":{"c":4}}}               | {"type":"field","field":"a"},{"type":"field","field":"b"},{"type":"entry","entry":"c"} | {"a":{"b":{"c":5}}}
          {"a":[1,4]}                       | {"type":"field","field":"a"},{"type":"index","index":1}                               | {"a":[1,5]}
          {"a":[1,{"b":4}]}                 | {"type":"field","field":"a"},{"type":"index","index":1},{"type":"field","field":"b"}  | {"a":[1,{"b":5}]}
          {"a":[{"id":"n","data":{"b":4}}]} | {"type":"field","field":"a"},{"type":"entry","entry":"n"},{"type":"field","field":"b"} | {"a":[{"id":"n","data":{"b":5}}]}
          {"a":[{"id":"n","data":4}]}       | {"type":"field","field":"a"},{"type":"entry","entry":"n"}                             | {"a":[{"id":"n","data":5}]}
          {"a":[{"id":"0"},{"id":"n","data":4}]} | {"type":"field","field":"a"},{"type":"index","index":1},{"type":"field","field":"data"} | {"a":[{"id":"0"},{"id":"n","data":5}]}
          """)
  void aChangeFindsTheValueOfItsPath(String before, String path, String after)
      throws UnreadableException {
    PlainState state = new PlainState(before);

    state.apply(batch("[" + path + "]", "{\"type\":\"increment\",\"amount\":1}"));

    assertThat(state.image()).isEqualTo(after);
    assertThat(state.complete()).isTrue();
  }

  @Test
  void anArrayOfSpansIsOneWhateverChangedItLast() throws UnreadableException {
    PlainState state = new PlainState("{\"a\":[{\"text\":\"ab\",\"marks\":{\"n\":1}}]}");
    String path = "{\"type\":\"field\",\"field\":\"a\"}";
    String split = "{\"type\":\"richtext\",\"instructions\":[{\"retain\":1},{\"insert\":\"c\"}]}";
    String mark =
        ",{\"type\":\"index\",\"index\":0},{\"type\":\"field\",\"field\":\"marks\"},"
            + "{\"type\":\"field\",\"field\":\"n\"}";

    state.apply(batch("[" + path + "]", split));
    state.apply(batch("[" + path + mark + "]", "{\"type\":\"increment\",\"amount\":1}"));
    state.apply(
        batch("[" + path + "]", "{\"type\":\"sequence\",\"instructions\":[{\"retain\":2}]}"));

    assertThat(state.image())
        .as("the pieces of a span do not share its marks")
        .isEqualTo(
            "{\"a\":[{\"text\":\"a\",\"marks\":{\"n\":2}},{\"text\":\"c\"},"
                + "{\"text\":\"b\",\"marks\":{\"n\":1}}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"map","set":{"a":2},"delete":["b"]} | {"a":2}
          {"type":"replace","value":{"c":3,"a":4}}    | {"c":3,"a":4}
          """)
  void theRootCanBeChanged(String change, String after) throws UnreadableException {
    PlainState state = new PlainState("{\"a\":1,\"b\":1}");

    state.apply(batch("[]", change));

    assertThat(state.image()).isEqualTo(after);
    assertThat(state.complete()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"field","field":"a"} | {"type":"text","instructions":[{"insert":"x"}]}
          {"type":"field","field":"t"} | {"type":"text","instructions":[{"insert":"x"},{"insert":["y"]}]}
          {"type":"field","field":"t"} | {"type":"text","instructions":[{"insert":"x"},{"retain":-1}]}
          {"type":"field","field":"t"} | {"type":"text","instructions":[{"insert":"x"},{"delete":0.5}]}
          {"type":"field","field":"t"} | {"type":"text","instructions":[{"insert":"x"},7]}
          {"type":"field","field":"t"} | {"type":"text"}
          {"type":"field","field":"t"} | {"type":"sequence","instructions":[{"insert":[1]}]}
          {"type":"field","field":"s"} | {"type":"sequence","instructions":[{"insert":[1]},{"insert":"x"}]}
          {"type":"field","field":"t"} | {"type":"increment","amount":1}
          {"type":"field","field":"a"} | {"type":"increment","amount":"1"}
          {"type":"field","field":"a"} | {"type":"map","set":{"x":1}}
          {"type":"field","field":"m"} | {"type":"map","delete":["x",1]}
          {"type":"field","field":"m"} | {"type":"map","set":[],"delete":["x"]}
          {"type":"field","field":"m"} | {"type":"set-op","add":[1]}
          {"type":"field","field":"s"} | {"type":"set-op","add":[3],"remove":1}
          {"type":"field","field":"s"} | {"type":"richtext","instructions":[{"insert":"x"}]}
          {"type":"field","field":"s"} | {"type":"tree","instructions":[{"action":"create","target":"n","index":0},{"action":"move"}]}
          {"type":"field","field":"a"} | {"type":"replace"}
          {"type":"field","field":"a"} | {"type":"other","value":1}
          {"type":"field","field":"a"} | {"value":1}
          {"type":"field","field":1}   | {"type":"replace","value":1}
          {"type":"other","other":"a"} | {"type":"replace","value":1}
          {"type":"field","field":"s"},{"type":"index","index":3}  | {"type":"replace","value":1}
          {"type":"field","field":"s"},{"type":"index","index":-1} | {"type":"replace","value":1}
          {"type":"field","field":"s"},{"type":"field","field":"x"},{"type":"field","field":"y"} | {"type":"replace","value":1}
          """)
  void whatDoesNotFitHasNoEffectAndWhatIsAroundItHas(String path, String change)
      throws UnreadableException {
    PlainState state = new PlainState("{\"a\":true,\"t\":\"t\",\"s\":[1,2],\"m\":{\"x\":0}}");
    String around = "[{\"type\":\"field\",\"field\":\"n\"}]";
    String one = "{\"type\":\"increment\",\"amount\":1}";

    state.apply(
        "[[%s,%s],[%s]]"
            .formatted(
                operation(around, one),
                operation("[" + path + "]", change),
                operation(around, one)));

    assertThat(state.image())
        .isEqualTo("{\"a\":true,\"t\":\"t\",\"s\":[1,2],\"m\":{\"x\":0},\"n\":2}");
    assertThat(state.complete()).isFalse();
  }

  @Test
  void rootsThatAreNoObjectDoNotFit() throws UnreadableException {
    PlainState state = new PlainState("{\"a\":1}");

    state.apply(batch("[]", "{\"type\":\"replace\",\"value\":[1]}"));
    state.apply(batch("[]", "{\"type\":\"increment\",\"amount\":1}"));

    assertThat(state.image()).isEqualTo("{\"a\":1}");
    assertThat(state.complete()).isFalse();
  }

  @Test
  void numbersAndTheOrderOfMembersStayAsWritten() throws UnreadableException {
    String image = "{\"z\":1.00,\"1\":-0,\"a\":12345678901234567890,\"e\":1E+2,\"__proto__\":{}}";

    assertThat(new PlainState(image).image()).isEqualTo(image);
    assertThat(new PlainState("{\"a\":1,\"b\":2,\"a\":3}").image()).isEqualTo("{\"a\":3,\"b\":2}");
  }

  @Test
  void nestingIsLimitedWhateverLeadsToIt() throws UnreadableException {
    PlainState state = new PlainState("{}");
    String step = "{\"type\":\"field\",\"field\":\"a\"}";
    String path = "[" + (step + ",").repeat(399) + step + "]";
    String deep = "[".repeat(490) + "]".repeat(490);

    state.apply(batch(path, "{\"type\":\"replace\",\"value\":" + deep + "}"));
    assertThat(state.complete()).isTrue();
    assertThat(new PlainState(state.image()).image()).isEqualTo(state.image());

    state.apply(batch("[" + (step + ",").repeat(400) + step + "]", "{\"type\":\"map\"}"));
    assertThat(state.complete()).isFalse();
    assertThatExceptionOfType(UnreadableException.class)
        .isThrownBy(
            () -> Batches.read(batch("[]", "{\"a\":[" + "[".repeat(500) + "]".repeat(500) + "]}")));
  }

  private static String batch(String path, String change) {
    return "[[" + operation(path, change) + "]]";
  }

  private static String operation(String path, String change) {
    return "{\"path\":" + path + ",\"change\":" + change + "}";
  }
}

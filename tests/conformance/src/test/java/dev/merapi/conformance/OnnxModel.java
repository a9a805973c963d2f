package dev.merapi.conformance;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A model in the ONNX format, of operator set 12, that ONNX Runtime runs. Only as much of the
 * format as the tests need: all tensors are inputs, and the field numbers are those of onnx.proto.
 */
final class OnnxModel {
  private static final int OPERATOR_SET = 12;

  /** A protocol buffer's message that is being written. */
  private static final class Message {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Message varint(long value) {
      long rest = value;
      for (; (rest & ~0x7FL) != 0; rest >>>= 7) {
        bytes.write((int) (rest & 0x7F | 0x80));
      }
      bytes.write((int) rest);
      return this;
    }

    Message number(int field, long value) {
      return varint((long) field << 3).varint(value);
    }

    Message real(int field, float value) {
      varint(field << 3 | 5);
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return content(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message part(int field, Message part) {
      return content(field, part.bytes.toByteArray());
    }

    private Message content(int field, byte[] content) {
      varint(field << 3 | 2).varint(content.length);
      bytes.writeBytes(content);
      return this;
    }
  }

  private final Message graph = new Message().text(2, "test");
  private final Map<String, HostTensor> inputs = new LinkedHashMap<>();

  /** Adds a tensor, F32 or I32, and gives its name. */
  String input(String name, HostTensor tensor) {
    inputs.put(name, tensor);
    Message shape = new Message();
    for (int dim : tensor.shape().toArray()) {
      shape.part(1, new Message().number(1, dim));
    }
    graph.part(11, value(name, tensor.dtype() == DType.F32 ? 1 : 6, shape));
    return name;
  }

  private static Message value(String name, int elementType, Message shape) {
    Message type = new Message().number(1, elementType);
    if (shape != null) {
      type.part(2, shape);
    }
    return new Message().text(1, name).part(2, new Message().part(1, type));
  }

  /**
   * Adds a node.
   *
   * @param inputs the names of what it takes; an empty one where an optional input is left out
   * @param attributes whole numbers, texts, or lists of one of them
   */
  void node(
      String operator, List<String> inputs, List<String> outputs, Map<String, Object> attributes) {
    Message node = new Message();
    inputs.forEach(name -> node.text(1, name));
    outputs.forEach(name -> node.text(2, name));
    node.text(4, operator);
    attributes.forEach((name, value) -> node.part(5, attribute(name, value)));
    graph.part(1, node);
  }

  /** Adds a node of one output without attributes, and gives the output's name. */
  String node(String operator, String output, String... inputs) {
    node(operator, List.of(inputs), List.of(output), Map.of());
    return output;
  }

  private static Message attribute(String name, Object value) {
    Message message = new Message().text(1, name);
    if (value instanceof Integer number) {
      return message.number(3, number).number(20, 2);
    } else if (value instanceof Float number) {
      return message.real(2, number).number(20, 1);
    } else if (value instanceof String text) {
      return message.content(4, text.getBytes(StandardCharsets.UTF_8)).number(20, 3);
    }
    List<?> items = (List<?>) value;
    boolean texts = items.get(0) instanceof String;
    for (Object item : items) {
      if (texts) {
        message.text(9, (String) item);
      } else {
        message.number(8, (Integer) item);
      }
    }
    return message.number(20, texts ? 8 : 7);
  }

  /** Runs the model for some of its values, all F32. */
  Map<String, HostTensor> run(List<String> outputs) throws OrtException {
    outputs.forEach(name -> graph.part(12, value(name, 1, null)));
    Message model =
        new Message()
            .number(1, 7)
            .part(8, new Message().text(1, "").number(2, OPERATOR_SET))
            .part(7, graph);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        OrtSession session = environment.createSession(model.bytes.toByteArray(), options)) {
      for (Map.Entry<String, HostTensor> input : inputs.entrySet()) {
        fed.put(input.getKey(), tensor(environment, input.getValue()));
      }
      try (OrtSession.Result result = session.run(fed)) {
        Map<String, HostTensor> found = new LinkedHashMap<>();
        for (String name : outputs) {
          found.put(name, tensor((OnnxTensor) result.get(name).orElseThrow()));
        }
        return found;
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(OrtEnvironment environment, HostTensor tensor)
      throws OrtException {
    long[] shape = IntStream.of(tensor.shape().toArray()).asLongStream().toArray();
    if (tensor.dtype() == DType.F32) {
      FloatBuffer values = FloatBuffer.wrap(tensor.toFloatArray());
      return OnnxTensor.createTensor(environment, values, shape);
    }
    int[] values = IntStream.range(0, tensor.elements()).map(i -> (int) tensor.get(i)).toArray();
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(values), shape);
  }

  private static HostTensor tensor(OnnxTensor tensor) {
    int[] dims = new int[tensor.getInfo().getShape().length];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = (int) tensor.getInfo().getShape()[i];
    }
    float[] values = new float[Shape.of(dims).elements()];
    tensor.getFloatBuffer().get(values);
    return HostTensor.of(Shape.of(dims), values);
  }

  /** The names {@code base0}, {@code base1}, ... */
  static List<String> names(String base, int count) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(base + i);
    }
    return names;
  }
}

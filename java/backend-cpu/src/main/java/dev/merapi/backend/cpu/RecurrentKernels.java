package dev.merapi.backend.cpu;

import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.GruGrad;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.LstmGrad;
import dev.merapi.core.op.recurrent.RecurrentGrad;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.op.recurrent.RnnGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** LSTM, GRU and RNN with their gradients. */
final class RecurrentKernels {
  private RecurrentKernels() {}

  static void register(KernelTable table) {
    table.add(Lstm.class, RecurrentKernels::forward);
    table.add(Gru.class, RecurrentKernels::forward);
    table.add(Rnn.class, RecurrentKernels::forward);
    table.add(LstmGrad.class, RecurrentKernels::backward);
    table.add(GruGrad.class, RecurrentKernels::backward);
    table.add(RnnGrad.class, RecurrentKernels::backward);
    table.add(
        RecurrentGradWithoutX.class,
        (op, inputs, outputs, engine) -> backward(op.whole(), false, inputs, engine));
  }

  private static CpuKernel forward(
      RecurrentStack op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return new RecurrentForward(RecurrentSizes.of(op, inputs.get(0).shape()), engine);
  }

  private static CpuKernel backward(
      RecurrentGrad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return backward(op, true, inputs, engine);
  }

  private static CpuKernel backward(
      RecurrentGrad op, boolean wantsX, List<TensorType> inputs, Engine engine) {
    int x = 1 + op.forward().states();
    RecurrentSizes sizes = RecurrentSizes.of(op.forward(), inputs.get(x).shape());
    return new RecurrentBackward(sizes, wantsX, engine);
  }
}

package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.core.op.recurrent.RecurrentStack;
import java.util.ArrayList;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnWgradMode;

/** Recurrent stacks and their gradients by cuDNN: LSTM, GRU and the plain network. */
public final class RecurrentKernels {
  private static final int ALIGNMENT = 256;

  /** cuDNN 9 takes the lengths of the sequences from their descriptors. */
  private static final Pointer NO_LENGTHS = new Pointer();

  private RecurrentKernels() {}

  public static void register(KernelTable table) {
    int mathType = Cudnn.mathType(table.numerics());
    table.add(
        RecurrentByCudnn.class,
        (op, in, out, context) -> {
          var geometry = new RecurrentNetwork.Geometry(op.stack(), in.get(0).shape(), mathType);
          return forward(geometry, op.reserveBytes() > 0, context);
        });
    table.add(
        RecurrentGradByCudnn.class,
        (op, in, out, context) -> {
          var geometry = new RecurrentNetwork.Geometry(op.stack(), out.get(0).shape(), mathType);
          return backward(geometry, context);
        });
  }

  private static CudaKernel forward(
      RecurrentNetwork.Geometry geometry, boolean training, CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    RecurrentStack stack = geometry.stack();
    RecurrentNetwork.Sizes sizes = geometry.sizes(cudnn, training);
    return new CudnnKernel(
        geometry.toString(),
        "cudnn",
        aligned(sizes.workspace()) + sizes.weights(),
        (descriptors, in, out, workspace) -> {
          RecurrentNetwork network = geometry.describe(cudnn, descriptors);
          DevicePointer space = workspace.pointer().plus(aligned(sizes.workspace()));
          var weights = weights(cudnn, network, geometry, space, sizes);
          List<Runnable> steps = new ArrayList<>();
          DevicePointer packed = in[1].pointer();
          if (!weights.areTheSame()) {
            steps.addAll(weights.toCudnn(packed, space, context));
          }
          Pointer used = weights.areTheSame() ? packed : space;
          steps.add(
              () ->
                  JCudnn.cudnnRNNForward(
                      cudnn.handle(),
                      network.stack(),
                      RecurrentNetwork.mode(training),
                      NO_LENGTHS,
                      network.x(),
                      in[0].pointer(),
                      network.y(),
                      out[0].pointer(),
                      network.state(),
                      in[2].pointer(),
                      out[1].pointer(),
                      network.state(),
                      cell(stack, in, 3),
                      cell(stack, out, 2),
                      sizes.weights(),
                      used,
                      sizes.workspace(),
                      workspace.pointer(),
                      sizes.reserve(),
                      training ? out[out.length - 1].pointer() : new Pointer()));
          return () -> steps.forEach(Runnable::run);
        });
  }

  private static CudaKernel backward(RecurrentNetwork.Geometry geometry, CudaContext context) {
    Cudnn cudnn = Cudnn.of(context);
    RecurrentStack stack = geometry.stack();
    RecurrentNetwork.Sizes sizes = geometry.sizes(cudnn, true);
    return new CudnnKernel(
        "the gradient of " + geometry,
        "cudnn",
        aligned(sizes.workspace()) + 2 * aligned(sizes.weights()),
        (descriptors, in, out, workspace) -> {
          RecurrentNetwork network = geometry.describe(cudnn, descriptors);
          DevicePointer space = workspace.pointer().plus(aligned(sizes.workspace()));
          var weights = weights(cudnn, network, geometry, space, sizes);
          boolean same = weights.areTheSame();
          DevicePointer packed = in[2 + stack.states()].pointer();
          DevicePointer gradSpace = same ? out[1].pointer() : space.plus(aligned(sizes.weights()));
          var call =
              new Backward(cudnn, network, stack, sizes, in, out, workspace, same ? packed : space);
          List<Runnable> steps = new ArrayList<>();
          if (!same) {
            steps.addAll(weights.toCudnn(packed, space, context));
          }
          steps.add(call::data);
          // cuDNN adds the gradient to what is there.
          steps.add(
              () ->
                  JCudaDriver.cuMemsetD8Async(
                      gradSpace, (byte) 0, sizes.weights(), context.stream().handle()));
          steps.add(() -> call.weights(gradSpace));
          if (!same) {
            steps.addAll(weights.fromCudnn(gradSpace, out[1].pointer(), context));
          }
          return () -> steps.forEach(Runnable::run);
        });
  }

  private static RecurrentWeights weights(
      Cudnn cudnn,
      RecurrentNetwork network,
      RecurrentNetwork.Geometry geometry,
      DevicePointer space,
      RecurrentNetwork.Sizes sizes) {
    return RecurrentWeights.of(cudnn, network, geometry.weights(), space, sizes.weights());
  }

  private static long aligned(long bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** The second state of those stacks that have one. */
  private static Pointer cell(RecurrentStack stack, CudaBuffer[] buffers, int index) {
    return stack.states() == 2 ? buffers[index].pointer() : new Pointer();
  }

  /** The two calls of a gradient, the second of which reads what the first keeps. */
  private record Backward(
      Cudnn cudnn,
      RecurrentNetwork network,
      RecurrentStack stack,
      RecurrentNetwork.Sizes sizes,
      CudaBuffer[] in,
      CudaBuffer[] out,
      CudaBuffer workspace,
      DevicePointer packed) {
    private Pointer x() {
      return in[1 + stack.states()].pointer();
    }

    private Pointer h0() {
      return in[3 + stack.states()].pointer();
    }

    private Pointer y() {
      return in[in.length - 2].pointer();
    }

    private Pointer reserve() {
      return in[in.length - 1].pointer();
    }

    /** By x and the initial states. */
    private void data() {
      JCudnn.cudnnRNNBackwardData_v8(
          cudnn.handle(),
          network.stack(),
          NO_LENGTHS,
          network.y(),
          y(),
          in[0].pointer(),
          network.x(),
          out[0].pointer(),
          network.state(),
          h0(),
          in[1].pointer(),
          out[2].pointer(),
          network.state(),
          cell(stack, in, 4 + stack.states()),
          cell(stack, in, 2),
          cell(stack, out, 3),
          sizes.weights(),
          packed,
          sizes.workspace(),
          workspace.pointer(),
          sizes.reserve(),
          reserve());
    }

    /** By the weights. */
    private void weights(DevicePointer gradient) {
      JCudnn.cudnnRNNBackwardWeights_v8(
          cudnn.handle(),
          network.stack(),
          cudnnWgradMode.CUDNN_WGRAD_MODE_ADD,
          NO_LENGTHS,
          network.x(),
          x(),
          network.state(),
          h0(),
          network.y(),
          y(),
          sizes.weights(),
          gradient,
          sizes.workspace(),
          workspace.pointer(),
          sizes.reserve(),
          reserve());
    }
  }
}

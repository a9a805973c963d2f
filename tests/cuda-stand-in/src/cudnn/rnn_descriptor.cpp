// libcudnn.so.9: descriptors of recurrent networks and of their data, and where the weights lie.
#include <algorithm>

#include "dropout.h"
#include "rnn.h"

using cudnn::answer;
using cudnn::Call;
using cudnn::Context;
using cudnn::Rnn;
using cudnn::RnnData;
using cudnn::Tensor;

namespace {

/** Weights are found in tensors of rank 3: 1, rows, columns. */
void describe(const Call& call, const char* what, Tensor* descriptor, int type, int rows,
              int columns) {
  Tensor& t = call.object<Tensor>(what, descriptor);
  t = Tensor();
  if (rows == 0) return;  // weights that do not exist: rank 0
  t.type = type;
  t.rank = 3;
  const int dim[] = {1, rows, columns};
  std::copy(dim, dim + 3, t.dim);
  t.pack();
}

}  // namespace

STAND_IN_API int cudnnCreateRNNDescriptor(Rnn** descriptor) {
  return cudnn::create("cudnnCreateRNNDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyRNNDescriptor(Rnn* descriptor) {
  return cudnn::destroy("cudnnDestroyRNNDescriptor", descriptor);
}

STAND_IN_API int cudnnCreateRNNDataDescriptor(RnnData** descriptor) {
  return cudnn::create("cudnnCreateRNNDataDescriptor", descriptor);
}

STAND_IN_API int cudnnDestroyRNNDataDescriptor(RnnData* descriptor) {
  return cudnn::destroy("cudnnDestroyRNNDataDescriptor", descriptor);
}

STAND_IN_API int cudnnSetRNNDescriptor_v8(Rnn* descriptor, int algorithm, int cell, int biasMode,
                                          int direction, int inputMode, int type, int mathPrecision,
                                          int mathType, int inputSize, int hiddenSize,
                                          int projectionSize, int layers, void* dropoutDesc,
                                          unsigned flags) {
  return answer("cudnnSetRNNDescriptor_v8", [&](Call& call) {
    Rnn& r = call.object<Rnn>("rnnDesc", descriptor);
    const cudnn::Dropout& dropout = call.object<cudnn::Dropout>("dropoutDesc", dropoutDesc);
    call.require(dropout.set, "dropoutDesc was not set");
    call.require(algorithm >= 0 && algorithm <= 3, "algo must be 0 to 3, found %d", algorithm);
    call.require(cell >= Rnn::RELU && cell <= Rnn::GRU, "cellMode must be 0 to 3, found %d", cell);
    call.require(biasMode >= Rnn::NO_BIAS && biasMode <= Rnn::RECURRENT_BIAS,
                 "biasMode must be 0 to 3, found %d", biasMode);
    call.require(direction == 0 || direction == 1, "dirMode must be 0 or 1, found %d", direction);
    call.require(inputSize > 0 && hiddenSize > 0 && layers > 0,
                 "inputSize, hiddenSize and numLayers must be positive, found %d, %d, %d",
                 inputSize, hiddenSize, layers);
    call.require(projectionSize == hiddenSize || cell == Rnn::LSTM,
                 "projSize must be hiddenSize %d, found %d", hiddenSize, projectionSize);
    call.require(flags <= 1, "auxFlags must be 0 or CUDNN_RNN_PADDED_IO_ENABLED, found %u", flags);
    call.supports(algorithm == 0, "only CUDNN_RNN_ALGO_STANDARD is emulated");
    call.supports(inputMode == 0, "only CUDNN_LINEAR_INPUT is emulated");
    call.supports(projectionSize == hiddenSize, "projections are not emulated");
    call.supports(dropout.probability == 0 || layers == 1,
                  "dropout between layers is not emulated");
    call.supports((type == cudnn::FLOAT || type == cudnn::DOUBLE) && mathPrecision == type,
                  "data type %d with precision %d is not emulated", type, mathPrecision);
    call.require(mathType >= 0 && mathType <= cudnn::FMA_MATH, "mathType must be 0 to 3, found %d",
                 mathType);
    cudnn::usesTf32(call, mathType, type);
    r.set = true;
    r.cell = cell;
    r.biasMode = biasMode;
    r.directions = direction + 1;
    r.type = type;
    r.mathType = mathType;
    r.inputSize = inputSize;
    r.hiddenSize = hiddenSize;
    r.layers = layers;
    r.paddedIo = flags == 1;
  });
}

STAND_IN_API int cudnnSetRNNDataDescriptor(RnnData* descriptor, int type, int layout, int maxLength,
                                           int batch, int size, const int lengths[],
                                           void* paddingFill) {
  return answer("cudnnSetRNNDataDescriptor", [&](Call& call) {
    RnnData& d = call.object<RnnData>("rnnDataDesc", descriptor);
    call.supports(type == cudnn::FLOAT || type == cudnn::DOUBLE, "data type %d is not emulated",
                  type);
    call.require(layout >= RnnData::TIME_MAJOR && layout <= RnnData::BATCH_MAJOR,
                 "layout must be 0, 1 or 2, found %d", layout);
    call.require(maxLength > 0 && batch > 0 && size > 0,
                 "maxSeqLength, batchSize and vectorSize must be positive, found %d, %d, %d",
                 maxLength, batch, size);
    call.host("seqLengthArray", lengths);
    for (int n = 0; n < batch; n++) {
      call.require(lengths[n] >= 0 && lengths[n] <= maxLength,
                   "sequence %d must be 0 to %d long, found %d", n, maxLength, lengths[n]);
      call.require(layout != RnnData::TIME_MAJOR_PACKED || n == 0 || lengths[n] <= lengths[n - 1],
                   "packed sequences must be sorted by falling length: %d comes after %d",
                   lengths[n], lengths[std::max(0, n - 1)]);
    }
    double fill =
        paddingFill == nullptr ? 0 : cudnn::scalar(call, "paddingFill", paddingFill, type);
    d.set = true;
    d.type = type;
    d.layout = layout;
    d.maxLength = maxLength;
    d.batch = batch;
    d.size = size;
    d.lengths.assign(lengths, lengths + batch);
    d.fills = paddingFill != nullptr;
    d.fill = fill;
  });
}

STAND_IN_API int cudnnGetRNNWeightSpaceSize(Context* handle, Rnn* descriptor, size_t* bytes) {
  return answer("cudnnGetRNNWeightSpaceSize", handle, [&](Call& call, Context&) {
    const Rnn& r = cudnn::rnn(call, descriptor);
    *call.host("weightSpaceSize", bytes) = r.weightCount() * (r.type == cudnn::DOUBLE ? 8 : 4);
  });
}

STAND_IN_API int cudnnGetRNNWeightParams(Context* handle, Rnn* descriptor, int pseudoLayer,
                                         size_t weightBytes, const void* weights, int linear,
                                         Tensor* matrixDesc, void** matrix, Tensor* biasDesc,
                                         void** bias) {
  return answer("cudnnGetRNNWeightParams", handle, [&](Call& call, Context&) {
    const Rnn& r = cudnn::rnn(call, descriptor);
    size_t bytes = r.type == cudnn::DOUBLE ? 8 : 4;
    int gates = r.gates(), size = r.hiddenSize;
    call.require(pseudoLayer >= 0 && pseudoLayer < r.pseudoLayers(),
                 "pseudoLayer must be below %d, found %d", r.pseudoLayers(), pseudoLayer);
    call.require(linear >= 0 && linear < 2 * gates, "linLayerID must be below %d, found %d",
                 2 * gates, linear);
    call.require(weightBytes >= r.weightCount() * bytes, "weightSpaceSize must be %zu, found %zu",
                 r.weightCount() * bytes, weightBytes);
    call.notNull("weightSpace", weights);
    call.host("mAddr", matrix);
    call.host("bAddr", bias);
    bool recurrent = linear >= gates;
    size_t gate = size_t(linear % gates);
    int columns = recurrent ? size : r.inputOf(pseudoLayer);
    size_t matrixAt = (recurrent ? r.recurrentMatrix(pseudoLayer) : r.inputMatrix(pseudoLayer)) +
                      gate * size * columns;
    size_t biasAt =
        (recurrent ? r.recurrentBias(pseudoLayer) : r.inputBias(pseudoLayer)) + gate * size;
    bool hasBias = recurrent ? r.hasRecurrentBias() : r.hasInputBias();
    char* start = static_cast<char*>(const_cast<void*>(weights));
    describe(call, "mDesc", matrixDesc, r.type, size, columns);
    describe(call, "bDesc", biasDesc, r.type, hasBias ? size : 0, 1);
    *matrix = start + matrixAt * bytes;
    *bias = hasBias ? start + biasAt * bytes : nullptr;
  });
}

// Only the algorithm that is compiled for one batch size needs it: for the others there is nothing
// to do.
STAND_IN_API int cudnnBuildRNNDynamic(Context* handle, Rnn* descriptor, int batch) {
  return answer("cudnnBuildRNNDynamic", handle, [&](Call& call, Context&) {
    cudnn::rnn(call, descriptor);
    call.require(batch > 0, "miniBatch must be positive, found %d", batch);
  });
}

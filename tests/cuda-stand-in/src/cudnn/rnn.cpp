#include "rnn.h"

#include <algorithm>

namespace cudnn {

size_t Rnn::inputMatrix(int pseudoLayer) const {
  size_t offset = 0;
  for (int p = 0; p < pseudoLayer; p++)
    offset += size_t(gates()) * hiddenSize * (inputOf(p) + hiddenSize);
  return offset;
}

size_t Rnn::recurrentMatrix(int pseudoLayer) const {
  return inputMatrix(pseudoLayer) + size_t(gates()) * hiddenSize * inputOf(pseudoLayer);
}

size_t Rnn::inputBias(int pseudoLayer) const {
  size_t perLayer = size_t(gates()) * hiddenSize * (int(hasInputBias()) + int(hasRecurrentBias()));
  return inputMatrix(pseudoLayers()) + size_t(pseudoLayer) * perLayer;
}

size_t Rnn::recurrentBias(int pseudoLayer) const {
  return inputBias(pseudoLayer) + (hasInputBias() ? size_t(gates()) * hiddenSize : 0);
}

int RnnData::running(int t) const {
  return int(std::count_if(lengths.begin(), lengths.end(), [t](int length) { return length > t; }));
}

size_t RnnData::at(int t, int n) const {
  size_t vectors = 0;
  switch (layout) {
    case TIME_MAJOR:
      vectors = size_t(t) * batch + n;
      break;
    case BATCH_MAJOR:
      vectors = size_t(n) * maxLength + t;
      break;
    default:  // only sequences that are still running take part in a time step
      for (int before = 0; before < t; before++) vectors += size_t(running(before));
      vectors += size_t(n);
  }
  return vectors * size;
}

size_t RnnData::extent() const {
  if (layout != TIME_MAJOR_PACKED) return size_t(maxLength) * batch * size;
  size_t vectors = 0;
  for (int length : lengths) vectors += size_t(length);
  return vectors * size;
}

const Rnn& rnn(const Call& call, const void* descriptor) {
  const Rnn& r = call.object<Rnn>("rnnDesc", descriptor);
  call.require(r.set, "rnnDesc was not set");
  return r;
}

const RnnData& rnnData(const Call& call, const char* what, const void* descriptor) {
  const RnnData& d = call.object<RnnData>(what, descriptor);
  call.require(d.set, "%s was not set", what);
  return d;
}

}  // namespace cudnn

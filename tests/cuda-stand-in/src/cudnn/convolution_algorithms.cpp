// libcudnn.so.9: which algorithms solve a convolution, and the workspace that they want.
#include "convolution.h"

using cudnn::answer;
using cudnn::Call;
using cudnn::Context;
using cudnn::Direction;
using cudnn::Problem;

namespace {

/** cudnnConvolution{Fwd,BwdData,BwdFilter}AlgoPerf_t: all three look the same. */
struct Performance {
  int algorithm;
  int status;
  float time;
  size_t memory;
  int determinism;
  int mathType;
  int reserved[3];
};

int count(const char* name, Context* handle, Direction direction, int* out) {
  return answer(name, handle, [&](Call& call, Context&) {
    *call.host("count", out) = static_cast<int>(cudnn::algorithms(direction).size());
  });
}

void heuristics(const Call& call, const Problem& problem, Direction direction, int wanted,
                int* returned, Performance* results) {
  call.require(wanted > 0, "requestedAlgoCount must be positive, found %d", wanted);
  call.host("returnedAlgoCount", returned);
  call.host("perfResults", results);
  cudnn::usesTf32(call, problem.conv.mathType, problem.xTensor.type);
  std::vector<Performance> possible, rest;
  for (const cudnn::Algorithm& a : cudnn::algorithms(direction)) {
    int64_t bytes = problem.workspaceBytes(direction, a.number);
    bool able = bytes >= 0;
    // As after a heuristic of the real library: nothing was timed.
    (able ? possible : rest)
        .push_back({a.number,
                    able ? cudnn::SUCCESS : cudnn::NOT_SUPPORTED,
                    -1.0f,
                    able ? size_t(bytes) : 0,
                    a.deterministic ? 1 : 0,
                    problem.conv.mathType,
                    {}});
  }
  possible.insert(possible.end(), rest.begin(), rest.end());
  *returned = std::min(wanted, static_cast<int>(possible.size()));
  std::copy(possible.begin(), possible.begin() + *returned, results);
}

void workspace(const Call& call, const Problem& problem, Direction direction, int algorithm,
               size_t* bytes) {
  int64_t wanted = problem.workspaceBytes(direction, algorithm);
  call.supports(wanted >= 0, "algorithm %d does not solve this convolution", algorithm);
  *call.host("sizeInBytes", bytes) = static_cast<size_t>(wanted);
}

}  // namespace

STAND_IN_API int cudnnGetConvolutionForwardAlgorithmMaxCount(Context* handle, int* out) {
  return count("cudnnGetConvolutionForwardAlgorithmMaxCount", handle, Direction::FORWARD, out);
}

STAND_IN_API int cudnnGetConvolutionBackwardDataAlgorithmMaxCount(Context* handle, int* out) {
  return count("cudnnGetConvolutionBackwardDataAlgorithmMaxCount", handle, Direction::BACKWARD_DATA,
               out);
}

STAND_IN_API int cudnnGetConvolutionBackwardFilterAlgorithmMaxCount(Context* handle, int* out) {
  return count("cudnnGetConvolutionBackwardFilterAlgorithmMaxCount", handle,
               Direction::BACKWARD_FILTER, out);
}

STAND_IN_API int cudnnGetConvolutionForwardAlgorithm_v7(Context* handle, void* xDesc, void* wDesc,
                                                        void* convDesc, void* yDesc, int wanted,
                                                        int* returned, Performance* results) {
  return answer("cudnnGetConvolutionForwardAlgorithm_v7", handle, [&](Call& call, Context&) {
    Problem problem(call, xDesc, wDesc, convDesc, yDesc);
    heuristics(call, problem, Direction::FORWARD, wanted, returned, results);
  });
}

STAND_IN_API int cudnnGetConvolutionBackwardDataAlgorithm_v7(Context* handle, void* wDesc,
                                                             void* dyDesc, void* convDesc,
                                                             void* dxDesc, int wanted,
                                                             int* returned, Performance* results) {
  return answer("cudnnGetConvolutionBackwardDataAlgorithm_v7", handle, [&](Call& call, Context&) {
    Problem problem(call, dxDesc, wDesc, convDesc, dyDesc);
    heuristics(call, problem, Direction::BACKWARD_DATA, wanted, returned, results);
  });
}

STAND_IN_API int cudnnGetConvolutionBackwardFilterAlgorithm_v7(Context* handle, void* xDesc,
                                                               void* dyDesc, void* convDesc,
                                                               void* dwDesc, int wanted,
                                                               int* returned,
                                                               Performance* results) {
  return answer("cudnnGetConvolutionBackwardFilterAlgorithm_v7", handle, [&](Call& call, Context&) {
    Problem problem(call, xDesc, dwDesc, convDesc, dyDesc);
    heuristics(call, problem, Direction::BACKWARD_FILTER, wanted, returned, results);
  });
}

STAND_IN_API int cudnnGetConvolutionForwardWorkspaceSize(Context* handle, void* xDesc, void* wDesc,
                                                         void* convDesc, void* yDesc, int algorithm,
                                                         size_t* bytes) {
  return answer("cudnnGetConvolutionForwardWorkspaceSize", handle, [&](Call& call, Context&) {
    workspace(call, Problem(call, xDesc, wDesc, convDesc, yDesc), Direction::FORWARD, algorithm,
              bytes);
  });
}

STAND_IN_API int cudnnGetConvolutionBackwardDataWorkspaceSize(Context* handle, void* wDesc,
                                                              void* dyDesc, void* convDesc,
                                                              void* dxDesc, int algorithm,
                                                              size_t* bytes) {
  return answer("cudnnGetConvolutionBackwardDataWorkspaceSize", handle, [&](Call& call, Context&) {
    workspace(call, Problem(call, dxDesc, wDesc, convDesc, dyDesc), Direction::BACKWARD_DATA,
              algorithm, bytes);
  });
}

STAND_IN_API int cudnnGetConvolutionBackwardFilterWorkspaceSize(Context* handle, void* xDesc,
                                                                void* dyDesc, void* convDesc,
                                                                void* dwDesc, int algorithm,
                                                                size_t* bytes) {
  return answer("cudnnGetConvolutionBackwardFilterWorkspaceSize", handle,
                [&](Call& call, Context&) {
                  workspace(call, Problem(call, xDesc, dwDesc, convDesc, dyDesc),
                            Direction::BACKWARD_FILTER, algorithm, bytes);
                });
}

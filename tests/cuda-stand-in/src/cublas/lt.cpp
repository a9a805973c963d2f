// libcublasLt.so.12: handles, descriptors and their attributes.
#include "lt.h"

#include <cstring>

#include "../library/product.h"

using cublas::answer;
using cublas::Field;
using cublas::LtContext;
using cublas::MatmulDesc;
using cublas::MatmulPreference;
using cublas::MatrixLayout;
using stand_in::Call;
using stand_in::Registry;

namespace cublas {

Field MatrixLayout::field(int attribute) {
  switch (attribute) {
    case TYPE:
      return {&type, sizeof type};
    case ORDER:
      return {&order, sizeof order};
    case ROW_COUNT:
      return {&rows, sizeof rows};
    case COLUMN_COUNT:
      return {&columns, sizeof columns};
    case LEADING:
      return {&leading, sizeof leading};
    case BATCH_COUNT:
      return {&batch, sizeof batch};
    case BATCH_STRIDE:
      return {&batchStride, sizeof batchStride};
    default:
      return {nullptr, 0};
  }
}

size_t MatrixLayout::extent() const {
  int64_t r = int64_t(rows), c = int64_t(columns);
  return order == COLUMNS ? stand_in::extent(r, c, leading) : stand_in::extent(c, r, leading);
}

Field MatmulDesc::field(int attribute) {
  switch (attribute) {
    case COMPUTE_TYPE:
      return {&computeType, sizeof computeType};
    case SCALE_TYPE:
      return {&scaleType, sizeof scaleType};
    case POINTER_MODE:
      return {&pointerMode, sizeof pointerMode};
    case TRANS_A:
      return {&transA, sizeof transA};
    case TRANS_B:
      return {&transB, sizeof transB};
    case TRANS_C:
      return {&transC, sizeof transC};
    case EPILOGUE:
      return {&epilogue, sizeof epilogue};
    case BIAS_POINTER:
      return {&bias, sizeof bias};
    case BIAS_BATCH_STRIDE:
      return {&biasBatchStride, sizeof biasBatchStride};
    case BIAS_TYPE:
      return {&biasType, sizeof biasType};
    default:
      return {nullptr, 0};
  }
}

Field MatmulPreference::field(int attribute) {
  switch (attribute) {
    case SEARCH_MODE:
      return {&searchMode, sizeof searchMode};
    case MAX_WORKSPACE_BYTES:
      return {&workspaceBytes, sizeof workspaceBytes};
    case REDUCTION_SCHEME_MASK:
      return {&reductionSchemes, sizeof reductionSchemes};
    case ALIGNMENT_A:
    case ALIGNMENT_B:
    case ALIGNMENT_C:
    case ALIGNMENT_D:
      return {&alignment[attribute - ALIGNMENT_A], sizeof alignment[0]};
    case MAX_WAVES:
      return {&waves, sizeof waves};
    default:
      return {nullptr, 0};
  }
}

}  // namespace cublas

namespace {

template <class T>
int create(const char* name, T** object, const T& value) {
  return answer(name, [&](Call& call) {
    call.host("descriptor", object);
    *object = Registry<T>::of().create();
    **object = value;
  });
}

template <class T>
int destroy(const char* name, T* object) {
  return answer(name, [&](Call& call) {
    call.object<T>("descriptor", object);
    Registry<T>::of().destroy(object);
  });
}

template <class T>
int setAttribute(const char* name, T* object, int attribute, const void* value, size_t bytes) {
  return answer(name, [&](Call& call) {
    Field field = call.object<T>("descriptor", object).field(attribute);
    call.supports(field.at != nullptr, "attribute %d is not emulated", attribute);
    call.require(bytes == field.bytes, "attribute %d has %zu bytes, found %zu", attribute,
                 field.bytes, bytes);
    std::memcpy(field.at, call.host("buf", static_cast<const char*>(value)), bytes);
  });
}

template <class T>
int getAttribute(const char* name, T* object, int attribute, void* value, size_t bytes,
                 size_t* written) {
  return answer(name, [&](Call& call) {
    Field field = call.object<T>("descriptor", object).field(attribute);
    call.supports(field.at != nullptr, "attribute %d is not emulated", attribute);
    if (written) *written = field.bytes;
    if (bytes == 0 && written) return;  // only the size was asked for
    call.require(bytes == field.bytes, "attribute %d has %zu bytes, found %zu", attribute,
                 field.bytes, bytes);
    std::memcpy(call.host("buf", static_cast<char*>(value)), field.at, bytes);
  });
}

}  // namespace

STAND_IN_API int cublasLtCreate(LtContext** handle) {
  return create("cublasLtCreate", handle, LtContext());
}

STAND_IN_API int cublasLtDestroy(LtContext* handle) { return destroy("cublasLtDestroy", handle); }

STAND_IN_API size_t cublasLtGetVersion() { return cublas::VERSION; }

STAND_IN_API const char* cublasLtGetStatusName(int status) { return cublas::statusName(status); }

STAND_IN_API const char* cublasLtGetStatusString(int status) { return cublas::statusText(status); }

STAND_IN_API int cublasLtMatrixLayoutCreate(MatrixLayout** layout, int type, uint64_t rows,
                                            uint64_t columns, int64_t leading) {
  return create("cublasLtMatrixLayoutCreate", layout,
                MatrixLayout{type, MatrixLayout::COLUMNS, rows, columns, leading, 1, 0});
}

STAND_IN_API int cublasLtMatrixLayoutDestroy(MatrixLayout* layout) {
  return destroy("cublasLtMatrixLayoutDestroy", layout);
}

STAND_IN_API int cublasLtMatrixLayoutSetAttribute(MatrixLayout* layout, int attribute,
                                                  const void* value, size_t bytes) {
  return setAttribute("cublasLtMatrixLayoutSetAttribute", layout, attribute, value, bytes);
}

STAND_IN_API int cublasLtMatrixLayoutGetAttribute(MatrixLayout* layout, int attribute, void* value,
                                                  size_t bytes, size_t* written) {
  return getAttribute("cublasLtMatrixLayoutGetAttribute", layout, attribute, value, bytes, written);
}

STAND_IN_API int cublasLtMatmulDescCreate(MatmulDesc** desc, int computeType, int scaleType) {
  MatmulDesc value;
  value.computeType = computeType;
  value.scaleType = scaleType;
  return create("cublasLtMatmulDescCreate", desc, value);
}

STAND_IN_API int cublasLtMatmulDescDestroy(MatmulDesc* desc) {
  return destroy("cublasLtMatmulDescDestroy", desc);
}

STAND_IN_API int cublasLtMatmulDescSetAttribute(MatmulDesc* desc, int attribute, const void* value,
                                                size_t bytes) {
  return setAttribute("cublasLtMatmulDescSetAttribute", desc, attribute, value, bytes);
}

STAND_IN_API int cublasLtMatmulDescGetAttribute(MatmulDesc* desc, int attribute, void* value,
                                                size_t bytes, size_t* written) {
  return getAttribute("cublasLtMatmulDescGetAttribute", desc, attribute, value, bytes, written);
}

STAND_IN_API int cublasLtMatmulPreferenceCreate(MatmulPreference** preference) {
  return create("cublasLtMatmulPreferenceCreate", preference, MatmulPreference());
}

STAND_IN_API int cublasLtMatmulPreferenceDestroy(MatmulPreference* preference) {
  return destroy("cublasLtMatmulPreferenceDestroy", preference);
}

STAND_IN_API int cublasLtMatmulPreferenceSetAttribute(MatmulPreference* preference, int attribute,
                                                      const void* value, size_t bytes) {
  return setAttribute("cublasLtMatmulPreferenceSetAttribute", preference, attribute, value, bytes);
}

STAND_IN_API int cublasLtMatmulPreferenceGetAttribute(MatmulPreference* preference, int attribute,
                                                      void* value, size_t bytes, size_t* written) {
  return getAttribute("cublasLtMatmulPreferenceGetAttribute", preference, attribute, value, bytes,
                      written);
}

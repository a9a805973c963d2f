// What dev.merapi.backend.cuda.cublas.CublasLtLibrary calls. Nothing but Java's exceptions leaves a function.
#include <jni.h>

#include "matmul.h"

using merapi::check;
using merapi::CublasLt;
using merapi::Failure;
using merapi::Matmul;
using merapi::Product;

#define JAVA(type, name) \
  extern "C" JNIEXPORT type JNICALL Java_dev_merapi_backend_cuda_cublas_CublasLtLibrary_##name

namespace {

constexpr const char* UNSUPPORTED = "java/lang/UnsupportedOperationException";
constexpr const char* FAILED = "java/lang/IllegalStateException";

/** Runs the body; what it throws is thrown in Java when this call returns, with a result of zero. */
template <class Body>
auto guarded(JNIEnv* env, Body body) -> decltype(body()) {
  auto raise = [env](const char* type, const char* message) {
    jclass found = env->FindClass(type);
    if (found != nullptr) env->ThrowNew(found, message);
  };
  try {
    return body();
  } catch (const Failure& e) {
    raise(e.status() == merapi::NOT_SUPPORTED ? UNSUPPORTED : FAILED, e.what());
  } catch (const std::exception& e) {
    raise(FAILED, e.what());
  }
  return decltype(body())();
}

std::vector<std::string> strings(JNIEnv* env, jobjectArray array) {
  std::vector<std::string> all;
  for (jsize i = 0; i < env->GetArrayLength(array); i++) {
    auto element = static_cast<jstring>(env->GetObjectArrayElement(array, i));
    const char* text = env->GetStringUTFChars(element, nullptr);
    if (text == nullptr) throw std::bad_alloc();
    all.emplace_back(text);
    env->ReleaseStringUTFChars(element, text);
    env->DeleteLocalRef(element);
  }
  return all;
}

Product product(JNIEnv* env, jlongArray numbers) {
  Product read;
  constexpr jsize count = sizeof read / sizeof(jlong);
  if (env->GetArrayLength(numbers) != count) {
    throw std::runtime_error("a product is " + std::to_string(count) + " numbers, found " +
                             std::to_string(env->GetArrayLength(numbers)));
  }
  env->GetLongArrayRegion(numbers, 0, count, reinterpret_cast<jlong*>(&read));
  return read;
}

}  // namespace

JAVA(void, open)(JNIEnv* env, jclass, jobjectArray names) {
  guarded(env, [=] { CublasLt::open(strings(env, names)); });
}

JAVA(jlong, version)(JNIEnv* env, jclass) {
  return guarded(env, [] { return jlong(CublasLt::get().cublasLtGetVersion()); });
}

JAVA(jlong, create)(JNIEnv* env, jclass) {
  return guarded(env, [] {
    void* handle = nullptr;
    check("cublasLtCreate", CublasLt::get().cublasLtCreate(&handle));
    return reinterpret_cast<jlong>(handle);
  });
}

JAVA(void, destroy)(JNIEnv* env, jclass, jlong handle) {
  guarded(env, [=] {
    check("cublasLtDestroy",
          CublasLt::get().cublasLtDestroy(reinterpret_cast<void*>(handle)));
  });
}

JAVA(jlong, createMatmul)(JNIEnv* env, jclass, jlong handle, jlongArray numbers) {
  return guarded(env, [=] {
    return reinterpret_cast<jlong>(
        new Matmul(reinterpret_cast<void*>(handle), product(env, numbers)));
  });
}

JAVA(void, destroyMatmul)(JNIEnv*, jclass, jlong matmul) {
  delete reinterpret_cast<Matmul*>(matmul);
}

JAVA(void, run)(JNIEnv* env, jclass, jlong matmul, jlong stream) {
  guarded(env, [=] {
    reinterpret_cast<const Matmul*>(matmul)->run(reinterpret_cast<void*>(stream));
  });
}

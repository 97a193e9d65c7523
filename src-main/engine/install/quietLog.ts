/**
 * A source file that is compiled into the binding. TensorFlow writes a few lines of information about the processor
 * while it starts, and TF_CPP_MIN_LOG_LEVEL no longer reaches them: they are logged through Abseil before that is set
 * up. So the level is set as the binding is loaded. The function is looked up by name, and where it is missing the only
 * harm is those lines.
 */
export const quietLogSource = `
#include <dlfcn.h>
#include <stdlib.h>

namespace {
struct QuietLog {
  QuietLog() {
    const char* level = getenv("TF_CPP_MIN_LOG_LEVEL");
    if (level != nullptr && level[0] == '0') return;
    void* found = dlsym(RTLD_DEFAULT, "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE");
    if (found != nullptr) reinterpret_cast<void (*)(int)>(found)(/* errors and worse */ 2);
  }
} quiet_log;
}  // namespace
`;

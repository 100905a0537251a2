#include "CWasmtime.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(wt_extern_t) == 32, "layout of wasmtime_extern_t");
_Static_assert(sizeof(wt_val_t) == 32, "layout of wasmtime_val_t");
_Static_assert(sizeof(wt_func_t) == 16 && sizeof(wt_instance_t) == 16, "layout of store handles");

// Types that only this file needs.
typedef struct { size_t size; void **data; } valtype_vec_t;
typedef struct wasm_valtype_t wasm_valtype_t;
typedef wasm_trap_t *(*func_callback_t)(
    void *data, void *caller, const wt_val_t *arguments, size_t argument_count, wt_val_t *results,
    size_t result_count);
typedef void (*finalizer_t)(void *);
enum { VALKIND_I32 = 0 };

// Every function of the library that is used: result, name, parameters.
#define LIBRARY_FUNCTIONS(F) \
    F(wasm_config_t *, wasm_config_new, (void)) \
    F(void, wasmtime_config_epoch_interruption_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_threads_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_memory64_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_wasm_multi_memory_set, (wasm_config_t *, bool)) \
    F(void, wasmtime_config_max_wasm_stack_set, (wasm_config_t *, size_t)) \
    F(wasm_engine_t *, wasm_engine_new_with_config, (wasm_config_t *)) \
    F(void, wasm_engine_delete, (wasm_engine_t *)) \
    F(void, wasmtime_engine_increment_epoch, (wasm_engine_t *)) \
    F(void, wasmtime_error_delete, (wasmtime_error_t *)) \
    F(void, wasmtime_error_message, (const wasmtime_error_t *, wt_bytes_t *)) \
    F(void, wasm_trap_delete, (wasm_trap_t *)) \
    F(void, wasm_trap_message, (const wasm_trap_t *, wt_bytes_t *)) \
    F(bool, wasmtime_trap_code, (const wasm_trap_t *, uint8_t *)) \
    F(wasm_trap_t *, wasmtime_trap_new, (const char *, size_t)) \
    F(void, wasm_byte_vec_delete, (wt_bytes_t *)) \
    F(wasmtime_error_t *, wasmtime_module_new, (wasm_engine_t *, const uint8_t *, size_t, wasmtime_module_t **)) \
    F(void, wasmtime_module_delete, (wasmtime_module_t *)) \
    F(wasmtime_error_t *, wasmtime_module_serialize, (wasmtime_module_t *, wt_bytes_t *)) \
    F(wasmtime_error_t *, wasmtime_module_deserialize_file, (wasm_engine_t *, const char *, wasmtime_module_t **)) \
    F(void, wasmtime_module_imports, (const wasmtime_module_t *, wt_imports_t *)) \
    F(void, wasm_importtype_vec_delete, (wt_imports_t *)) \
    F(const wt_bytes_t *, wasm_importtype_module, (const wasm_importtype_t *)) \
    F(const wt_bytes_t *, wasm_importtype_name, (const wasm_importtype_t *)) \
    F(wasmtime_error_t *, wasmtime_wat2wasm, (const char *, size_t, wt_bytes_t *)) \
    F(wasmtime_linker_t *, wasmtime_linker_new, (wasm_engine_t *)) \
    F(wasmtime_linker_t *, wasmtime_linker_clone, (const wasmtime_linker_t *)) \
    F(void, wasmtime_linker_delete, (wasmtime_linker_t *)) \
    F(void, wasmtime_linker_allow_shadowing, (wasmtime_linker_t *, bool)) \
    F(wasmtime_error_t *, wasmtime_linker_define_wasi, (wasmtime_linker_t *)) \
    F(wasmtime_error_t *, wasmtime_linker_define_func, \
        (wasmtime_linker_t *, const char *, size_t, const char *, size_t, const wasm_functype_t *, func_callback_t, \
         void *, finalizer_t)) \
    F(wasmtime_error_t *, wasmtime_linker_define_instance, \
        (wasmtime_linker_t *, wasmtime_context_t *, const char *, size_t, const wt_instance_t *)) \
    F(wasmtime_error_t *, wasmtime_linker_instantiate, \
        (const wasmtime_linker_t *, wasmtime_context_t *, const wasmtime_module_t *, wt_instance_t *, \
         wasm_trap_t **)) \
    F(wasmtime_error_t *, wasmtime_linker_instantiate_pre, \
        (const wasmtime_linker_t *, const wasmtime_module_t *, wasmtime_instance_pre_t **)) \
    F(void, wasmtime_instance_pre_delete, (wasmtime_instance_pre_t *)) \
    F(wasmtime_error_t *, wasmtime_instance_pre_instantiate, \
        (const wasmtime_instance_pre_t *, wasmtime_context_t *, wt_instance_t *, wasm_trap_t **)) \
    F(wasm_valtype_t *, wasm_valtype_new, (uint8_t)) \
    F(void, wasm_valtype_vec_new, (valtype_vec_t *, size_t, wasm_valtype_t *const *)) \
    F(void, wasm_valtype_vec_new_empty, (valtype_vec_t *)) \
    F(wasm_functype_t *, wasm_functype_new, (valtype_vec_t *, valtype_vec_t *)) \
    F(void, wasm_functype_delete, (wasm_functype_t *)) \
    F(const valtype_vec_t *, wasm_functype_params, (const wasm_functype_t *)) \
    F(const valtype_vec_t *, wasm_functype_results, (const wasm_functype_t *)) \
    F(wasmtime_store_t *, wasmtime_store_new, (wasm_engine_t *, void *, finalizer_t)) \
    F(void, wasmtime_store_delete, (wasmtime_store_t *)) \
    F(wasmtime_context_t *, wasmtime_store_context, (wasmtime_store_t *)) \
    F(void, wasmtime_store_limiter, (wasmtime_store_t *, int64_t, int64_t, int64_t, int64_t, int64_t)) \
    F(void, wasmtime_context_set_epoch_deadline, (wasmtime_context_t *, uint64_t)) \
    F(wasmtime_error_t *, wasmtime_context_set_wasi, (wasmtime_context_t *, wasi_config_t *)) \
    F(bool, wasmtime_instance_export_get, \
        (wasmtime_context_t *, const wt_instance_t *, const char *, size_t, wt_extern_t *)) \
    F(void, wasmtime_extern_delete, (wt_extern_t *)) \
    F(wasm_functype_t *, wasmtime_func_type, (const wasmtime_context_t *, const wt_func_t *)) \
    F(wasmtime_error_t *, wasmtime_func_call, \
        (wasmtime_context_t *, const wt_func_t *, const wt_val_t *, size_t, wt_val_t *, size_t, wasm_trap_t **)) \
    F(wasi_config_t *, wasi_config_new, (void)) \
    F(void, wasi_config_delete, (wasi_config_t *)) \
    F(bool, wasi_config_set_argv, (wasi_config_t *, size_t, const char **)) \
    F(bool, wasi_config_set_env, (wasi_config_t *, size_t, const char **, const char **)) \
    F(void, wasi_config_set_stdout_custom, (wasi_config_t *, wt_output_fn, void *, finalizer_t)) \
    F(void, wasi_config_set_stderr_custom, (wasi_config_t *, wt_output_fn, void *, finalizer_t)) \
    F(bool, wasi_config_preopen_dir, (wasi_config_t *, const char *, const char *, bool))

#define MEMBER(result, name, parameters) result (*name) parameters;
static struct { LIBRARY_FUNCTIONS(MEMBER) } library;
static bool is_loaded;

bool wt_load(const char *path, char *reason, size_t reason_size) {
    if (is_loaded) return true;
    // Bound at once, so that a wrong library is refused here and not in the middle of a run. Never unloaded: it has
    // threads of its own.
    void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle) {
        const char *message = dlerror();
        snprintf(reason, reason_size, "%s", message ? message : "the library cannot be loaded");
        return false;
    }
#define LOOK_UP(result, name, parameters) \
    *(void **)&library.name = dlsym(handle, #name); \
    if (!library.name) { \
        snprintf(reason, reason_size, "the library %s has no function %s", path, #name); \
        return false; \
    }
    LIBRARY_FUNCTIONS(LOOK_UP)
    is_loaded = true;
    return true;
}

// Engine

wasm_engine_t *wt_engine_new(void) {
    wasm_config_t *config = library.wasm_config_new();
    if (!config) return NULL;
    library.wasmtime_config_epoch_interruption_set(config, true);
    // One memory per module and no shared ones: a memory limit then means what it says.
    library.wasmtime_config_wasm_threads_set(config, false);
    library.wasmtime_config_wasm_memory64_set(config, false);
    library.wasmtime_config_wasm_multi_memory_set(config, false);
    library.wasmtime_config_max_wasm_stack_set(config, 1 << 20);
    return library.wasm_engine_new_with_config(config);
}

void wt_engine_delete(wasm_engine_t *engine) { library.wasm_engine_delete(engine); }
void wt_engine_increment_epoch(wasm_engine_t *engine) { library.wasmtime_engine_increment_epoch(engine); }

// Errors

void wt_error_delete(wasmtime_error_t *error) { library.wasmtime_error_delete(error); }
void wt_error_message(const wasmtime_error_t *error, wt_bytes_t *message) {
    library.wasmtime_error_message(error, message);
}
void wt_trap_delete(wasm_trap_t *trap) { library.wasm_trap_delete(trap); }
void wt_trap_message(const wasm_trap_t *trap, wt_bytes_t *message) { library.wasm_trap_message(trap, message); }
bool wt_trap_code(const wasm_trap_t *trap, uint8_t *code) { return library.wasmtime_trap_code(trap, code); }
void wt_bytes_delete(wt_bytes_t *bytes) { library.wasm_byte_vec_delete(bytes); }

// Modules

wasmtime_error_t *wt_module_new(wasm_engine_t *engine, const uint8_t *bytes, size_t count, wasmtime_module_t **module) {
    return library.wasmtime_module_new(engine, bytes, count, module);
}
void wt_module_delete(wasmtime_module_t *module) { library.wasmtime_module_delete(module); }
wasmtime_error_t *wt_module_serialize(wasmtime_module_t *module, wt_bytes_t *bytes) {
    return library.wasmtime_module_serialize(module, bytes);
}
wasmtime_error_t *wt_module_deserialize_file(wasm_engine_t *engine, const char *path, wasmtime_module_t **module) {
    return library.wasmtime_module_deserialize_file(engine, path, module);
}
void wt_module_imports(const wasmtime_module_t *module, wt_imports_t *imports) {
    library.wasmtime_module_imports(module, imports);
}
void wt_imports_delete(wt_imports_t *imports) { library.wasm_importtype_vec_delete(imports); }
const wt_bytes_t *wt_import_module(const wasm_importtype_t *import) { return library.wasm_importtype_module(import); }
const wt_bytes_t *wt_import_name(const wasm_importtype_t *import) { return library.wasm_importtype_name(import); }
wasmtime_error_t *wt_wat2wasm(const char *text, size_t count, wt_bytes_t *bytes) {
    return library.wasmtime_wat2wasm(text, count, bytes);
}

// Linking

static _Thread_local struct { bool has_exited; uint32_t code; } exit_state;

static wasm_trap_t *exit_program(
    void *data, void *caller, const wt_val_t *arguments, size_t argument_count, wt_val_t *results,
    size_t result_count) {
    static const char message[] = "the program ended itself";
    exit_state.has_exited = true;
    exit_state.code = argument_count == 1 ? (uint32_t)arguments[0].of.i32 : 0;
    return library.wasmtime_trap_new(message, sizeof message - 1);
}

bool wt_take_exit_code(uint32_t *code) {
    bool has_exited = exit_state.has_exited;
    *code = exit_state.code;
    exit_state.has_exited = false;
    return has_exited;
}

static wasmtime_error_t *define_exit(wasmtime_linker_t *linker) {
    static const char module[] = "wasi_snapshot_preview1", name[] = "proc_exit";
    wasm_valtype_t *i32 = library.wasm_valtype_new(VALKIND_I32);
    valtype_vec_t parameters, results;
    library.wasm_valtype_vec_new(&parameters, 1, &i32);
    library.wasm_valtype_vec_new_empty(&results);
    wasm_functype_t *type = library.wasm_functype_new(&parameters, &results);
    library.wasmtime_linker_allow_shadowing(linker, true);
    wasmtime_error_t *error = library.wasmtime_linker_define_func(
        linker, module, sizeof module - 1, name, sizeof name - 1, type, exit_program, NULL, NULL);
    library.wasmtime_linker_allow_shadowing(linker, false);
    library.wasm_functype_delete(type);
    return error;
}

wasmtime_linker_t *wt_linker_new_with_wasi(wasm_engine_t *engine) {
    wasmtime_linker_t *linker = library.wasmtime_linker_new(engine);
    if (!linker) return NULL;
    wasmtime_error_t *error = library.wasmtime_linker_define_wasi(linker);
    if (!error) error = define_exit(linker);
    if (!error) return linker;
    library.wasmtime_error_delete(error);
    library.wasmtime_linker_delete(linker);
    return NULL;
}

wasmtime_linker_t *wt_linker_clone(const wasmtime_linker_t *linker) { return library.wasmtime_linker_clone(linker); }
void wt_linker_delete(wasmtime_linker_t *linker) { library.wasmtime_linker_delete(linker); }
wasmtime_error_t *wt_linker_define_instance(
    wasmtime_linker_t *linker, wasmtime_context_t *context, const char *name, size_t name_size,
    const wt_instance_t *instance) {
    return library.wasmtime_linker_define_instance(linker, context, name, name_size, instance);
}
wasmtime_error_t *wt_linker_instantiate(
    const wasmtime_linker_t *linker, wasmtime_context_t *context, const wasmtime_module_t *module,
    wt_instance_t *instance, wasm_trap_t **trap) {
    return library.wasmtime_linker_instantiate(linker, context, module, instance, trap);
}
wasmtime_error_t *wt_linker_instantiate_pre(
    const wasmtime_linker_t *linker, const wasmtime_module_t *module, wasmtime_instance_pre_t **instance) {
    return library.wasmtime_linker_instantiate_pre(linker, module, instance);
}
void wt_instance_pre_delete(wasmtime_instance_pre_t *instance) { library.wasmtime_instance_pre_delete(instance); }
wasmtime_error_t *wt_instance_pre_instantiate(
    const wasmtime_instance_pre_t *pre, wasmtime_context_t *context, wt_instance_t *instance, wasm_trap_t **trap) {
    return library.wasmtime_instance_pre_instantiate(pre, context, instance, trap);
}

// Store

wasmtime_store_t *wt_store_new(wasm_engine_t *engine) { return library.wasmtime_store_new(engine, NULL, NULL); }
void wt_store_delete(wasmtime_store_t *store) { library.wasmtime_store_delete(store); }
wasmtime_context_t *wt_store_context(wasmtime_store_t *store) { return library.wasmtime_store_context(store); }
void wt_store_limiter(
    wasmtime_store_t *store, int64_t memory_bytes, int64_t table_elements, int64_t instances, int64_t tables,
    int64_t memories) {
    library.wasmtime_store_limiter(store, memory_bytes, table_elements, instances, tables, memories);
}
void wt_context_set_epoch_deadline(wasmtime_context_t *context, uint64_t ticks) {
    library.wasmtime_context_set_epoch_deadline(context, ticks);
}
wasmtime_error_t *wt_context_set_wasi(wasmtime_context_t *context, wasi_config_t *config) {
    return library.wasmtime_context_set_wasi(context, config);
}

// Calling

bool wt_instance_export_get(
    wasmtime_context_t *context, const wt_instance_t *instance, const char *name, size_t name_size, wt_extern_t *item) {
    return library.wasmtime_instance_export_get(context, instance, name, name_size, item);
}
void wt_extern_delete(wt_extern_t *item) { library.wasmtime_extern_delete(item); }
void wt_func_arity(
    const wasmtime_context_t *context, const wt_func_t *func, size_t *parameter_count, size_t *result_count) {
    wasm_functype_t *type = library.wasmtime_func_type(context, func);
    *parameter_count = library.wasm_functype_params(type)->size;
    *result_count = library.wasm_functype_results(type)->size;
    library.wasm_functype_delete(type);
}
wasmtime_error_t *wt_func_call(
    wasmtime_context_t *context, const wt_func_t *func, const wt_val_t *arguments, size_t argument_count,
    wt_val_t *results, size_t result_count, wasm_trap_t **trap) {
    return library.wasmtime_func_call(context, func, arguments, argument_count, results, result_count, trap);
}

// WASI

wasi_config_t *wt_wasi_new(void) { return library.wasi_config_new(); }
void wt_wasi_delete(wasi_config_t *config) { library.wasi_config_delete(config); }
bool wt_wasi_set_argv(wasi_config_t *config, size_t count, const char *arguments[]) {
    return library.wasi_config_set_argv(config, count, arguments);
}
bool wt_wasi_set_env(wasi_config_t *config, size_t count, const char *names[], const char *values[]) {
    return library.wasi_config_set_env(config, count, names, values);
}
void wt_wasi_set_stdout(wasi_config_t *config, wt_output_fn callback, void *data) {
    library.wasi_config_set_stdout_custom(config, callback, data, NULL);
}
void wt_wasi_set_stderr(wasi_config_t *config, wt_output_fn callback, void *data) {
    library.wasi_config_set_stderr_custom(config, callback, data, NULL);
}
bool wt_wasi_preopen_dir(wasi_config_t *config, const char *host, const char *guest, bool writable) {
    return library.wasi_config_preopen_dir(config, host, guest, writable);
}

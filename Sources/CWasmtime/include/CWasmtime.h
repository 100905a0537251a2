/// The part of wasmtime's C interface that the WASM engine uses, for one version of the library.
///
/// The library is loaded at run time by `wt_load`; every other function may be called only after that succeeded and
/// passes straight on to the library's function of the same name. Types are opaque or have the library's layout.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The version these declarations belong to. The layouts of its structures differ in others.
#define WT_VERSION "50.0.1"
/// What the library writes into compiled modules to tell its versions apart.
#define WT_MAJOR_VERSION "50"

typedef struct wasm_config_t wasm_config_t;
typedef struct wasm_engine_t wasm_engine_t;
typedef struct wasm_functype_t wasm_functype_t;
typedef struct wasm_importtype_t wasm_importtype_t;
typedef struct wasm_trap_t wasm_trap_t;
typedef struct wasi_config_t wasi_config_t;
typedef struct wasmtime_error_t wasmtime_error_t;
typedef struct wasmtime_module_t wasmtime_module_t;
typedef struct wasmtime_linker_t wasmtime_linker_t;
typedef struct wasmtime_instance_pre_t wasmtime_instance_pre_t;
typedef struct wasmtime_store_t wasmtime_store_t;
typedef struct wasmtime_context_t wasmtime_context_t;

/// Bytes owned by the library until `wt_bytes_delete`.
typedef struct { size_t size; char *data; } wt_bytes_t;
typedef struct { size_t size; wasm_importtype_t **data; } wt_imports_t;
/// Handles into a store: plain values, valid as long as the store.
typedef struct { uint64_t store_id; size_t index; } wt_instance_t;
typedef struct { uint64_t store_id; void *address; } wt_func_t;
typedef struct { uint8_t kind; union { wt_func_t func; uint64_t space[3]; } of; } wt_extern_t;
typedef struct { uint8_t kind; union { int32_t i32; uint64_t space[3]; } of; } wt_val_t;

enum { WT_EXTERN_FUNC = 0 };
enum { WT_TRAP_INTERRUPT = 10 };

/// Takes what a program writes; returns how many bytes were taken, or a negative number when it failed.
typedef ssize_t (*wt_output_fn)(void *data, const unsigned char *bytes, size_t count);

/// Loads the library and looks up every function. Returns false and a reason in `reason` when that fails.
///
/// A second call does nothing. Not safe to call from two threads at once.
bool wt_load(const char *path, char *reason, size_t reason_size);

// Engine
wasm_engine_t *wt_engine_new(void);
void wt_engine_delete(wasm_engine_t *engine);
void wt_engine_increment_epoch(wasm_engine_t *engine);

// Errors. The functions that return one return null on success; the caller deletes it.
void wt_error_delete(wasmtime_error_t *error);
void wt_error_message(const wasmtime_error_t *error, wt_bytes_t *message);
void wt_trap_delete(wasm_trap_t *trap);
void wt_trap_message(const wasm_trap_t *trap, wt_bytes_t *message);
bool wt_trap_code(const wasm_trap_t *trap, uint8_t *code);
void wt_bytes_delete(wt_bytes_t *bytes);

// Modules
wasmtime_error_t *wt_module_new(wasm_engine_t *engine, const uint8_t *bytes, size_t count, wasmtime_module_t **module);
void wt_module_delete(wasmtime_module_t *module);
wasmtime_error_t *wt_module_serialize(wasmtime_module_t *module, wt_bytes_t *bytes);
/// Maps a file that `wt_module_serialize` produced. Trusts its content: only for files nobody else can write.
wasmtime_error_t *wt_module_deserialize_file(wasm_engine_t *engine, const char *path, wasmtime_module_t **module);
void wt_module_imports(const wasmtime_module_t *module, wt_imports_t *imports);
void wt_imports_delete(wt_imports_t *imports);
/// The parts of an import's name; the bytes belong to the import.
const wt_bytes_t *wt_import_module(const wasm_importtype_t *import);
const wt_bytes_t *wt_import_name(const wasm_importtype_t *import);
wasmtime_error_t *wt_wat2wasm(const char *text, size_t count, wt_bytes_t *bytes);

// Linking
/// A linker that offers WASI preview 1, with a `proc_exit` that takes every 32-bit code (the library's own refuses
/// those from 126 on). Null when WASI cannot be defined.
wasmtime_linker_t *wt_linker_new_with_wasi(wasm_engine_t *engine);
wasmtime_linker_t *wt_linker_clone(const wasmtime_linker_t *linker);
void wt_linker_delete(wasmtime_linker_t *linker);
wasmtime_error_t *wt_linker_define_instance(
    wasmtime_linker_t *linker, wasmtime_context_t *context, const char *name, size_t name_size,
    const wt_instance_t *instance);
wasmtime_error_t *wt_linker_instantiate(
    const wasmtime_linker_t *linker, wasmtime_context_t *context, const wasmtime_module_t *module,
    wt_instance_t *instance, wasm_trap_t **trap);
wasmtime_error_t *wt_linker_instantiate_pre(
    const wasmtime_linker_t *linker, const wasmtime_module_t *module, wasmtime_instance_pre_t **instance);
void wt_instance_pre_delete(wasmtime_instance_pre_t *instance);
wasmtime_error_t *wt_instance_pre_instantiate(
    const wasmtime_instance_pre_t *pre, wasmtime_context_t *context, wt_instance_t *instance, wasm_trap_t **trap);

// Store
wasmtime_store_t *wt_store_new(wasm_engine_t *engine);
void wt_store_delete(wasmtime_store_t *store);
wasmtime_context_t *wt_store_context(wasmtime_store_t *store);
/// A negative limit keeps the library's own.
void wt_store_limiter(
    wasmtime_store_t *store, int64_t memory_bytes, int64_t table_elements, int64_t instances, int64_t tables,
    int64_t memories);
void wt_context_set_epoch_deadline(wasmtime_context_t *context, uint64_t ticks);
/// Takes `config` over.
wasmtime_error_t *wt_context_set_wasi(wasmtime_context_t *context, wasi_config_t *config);

// Calling
bool wt_instance_export_get(
    wasmtime_context_t *context, const wt_instance_t *instance, const char *name, size_t name_size, wt_extern_t *item);
void wt_extern_delete(wt_extern_t *item);
/// How many parameters and results a function has.
void wt_func_arity(
    const wasmtime_context_t *context, const wt_func_t *func, size_t *parameter_count, size_t *result_count);
wasmtime_error_t *wt_func_call(
    wasmtime_context_t *context, const wt_func_t *func, const wt_val_t *arguments, size_t argument_count,
    wt_val_t *results, size_t result_count, wasm_trap_t **trap);
/// Whether the program on this thread has called `proc_exit` since the last question, and with which code.
bool wt_take_exit_code(uint32_t *code);

// WASI
wasi_config_t *wt_wasi_new(void);
void wt_wasi_delete(wasi_config_t *config);
bool wt_wasi_set_argv(wasi_config_t *config, size_t count, const char *arguments[]);
bool wt_wasi_set_env(wasi_config_t *config, size_t count, const char *names[], const char *values[]);
void wt_wasi_set_stdout(wasi_config_t *config, wt_output_fn callback, void *data);
void wt_wasi_set_stderr(wasi_config_t *config, wt_output_fn callback, void *data);
bool wt_wasi_preopen_dir(wasi_config_t *config, const char *host, const char *guest, bool writable);

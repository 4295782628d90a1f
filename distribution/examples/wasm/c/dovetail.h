/* What a function in WebAssembly may ask of Dovetail: docs/wasm.md. No libc is needed. */
#ifndef DOVETAIL_H
#define DOVETAIL_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long long u64;

#define DOVETAIL(name) __attribute__((import_module("dovetail"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

enum { TRACE, DEBUG, INFO, WARNING, ERROR };

DOVETAIL("log") void dv_log(int level, const char *text, u32 length);
DOVETAIL("fail") _Noreturn void dv_fail(const char *text, u32 length);
DOVETAIL("env") u64 dv_env(const char *name, u32 length);
DOVETAIL("http_fetch") u64 dv_http_fetch(const char *request, u32 length);
DOVETAIL("db_query") u64 dv_db_query(const char *sql, u32 length, const char *parameters, u32 size);
DOVETAIL("call") u64 dv_call(const char *name, u32 length, const char *arguments, u32 size);

/* An answer is pointer << 32 | length; the highest bit of the length says that it is an error. */
static inline char *dv_pointer(u64 packed) { return (char *)(u32)(packed >> 32); }
static inline u32 dv_length(u64 packed) { return (u32)packed & 0x7fffffff; }
static inline int dv_refused(u64 packed) { return (int)((u32)packed >> 31); }
static inline u64 dv_pack(const char *pointer, u32 length) { return (u64)(u32)pointer << 32 | length; }

/* The answer, or the end of the call with the host's error. */
static inline u64 dv_or_fail(u64 packed) {
  if (dv_refused(packed)) {
    dv_fail(dv_pointer(packed), dv_length(packed));
  }
  return packed;
}

#endif

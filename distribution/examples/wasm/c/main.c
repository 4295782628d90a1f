/* Counts the words of a text, a JSON string, and says when it did. */
#include "dovetail.h"

#define PAGE 65536

extern u8 __heap_base;

static u32 next;

/* Memory is never given back: it goes with the call. */
EXPORT("alloc") void *alloc(u32 size) {
  if (next == 0) {
    next = (u32)&__heap_base;
  }
  u32 at = next;
  u32 end = (at + size + 7) & ~7u;
  u32 held = __builtin_wasm_memory_size(0) * PAGE;
  if (end > held && __builtin_wasm_memory_grow(0, (end - held + PAGE - 1) / PAGE) == (u32)-1) {
    return 0;
  }
  next = end;
  return (void *)at;
}

static char *append(char *to, const char *from, u32 length) {
  for (u32 i = 0; i < length; i++) {
    *to++ = from[i];
  }
  return to;
}

static char *number(char *to, u32 value) {
  char digits[10];
  u32 count = 0;
  do {
    digits[count++] = '0' + value % 10;
    value /= 10;
  } while (value);
  while (count) {
    *to++ = digits[--count];
  }
  return to;
}

static u32 words(const char *text, u32 length) {
  u32 count = 0;
  int inside = 0;
  for (u32 i = 0; i < length; i++) {
    int space = text[i] == ' ';
    if (text[i] == '\\' && i + 1 < length) {
      i++; /* \n, \t and the like */
      space = text[i] == 'n' || text[i] == 't' || text[i] == 'r';
    }
    count += !space && !inside;
    inside = !space;
  }
  return count;
}

#define TEXT(literal) literal, sizeof(literal) - 1

EXPORT("handler") u64 handler(const char *input, u32 length) {
  if (length < 2 || input[0] != '"') {
    dv_fail(TEXT("expected a text, as \"some words\""));
  }
  u32 count = words(input + 1, length - 2);
  dv_log(INFO, TEXT("counted"));
  u64 now = dv_or_fail(dv_call(TEXT("now"), TEXT("{}")));
  char *answer = alloc(64 + dv_length(now));
  char *end = append(answer, TEXT("{\"words\":"));
  end = number(end, count);
  end = append(end, TEXT(",\"at\":"));
  end = append(end, dv_pointer(now), dv_length(now));
  end = append(end, TEXT("}"));
  return dv_pack(answer, end - answer);
}

// What functions for Node see of the system. Put this file beside the function's code, and write
//   /** @type {import('./dovetail').Handler} */
//   exports.handler = async (event, context) => { ... };

export type Json = any;

/** Answers one call with a value that JSON has. */
export type Handler<I = Json, O = Json> = (event: I, context: Context) => O | Promise<O>;

/** Undoes a step, given what its code was given and, if it is known, what it returned. */
export type Compensation = (context: Context, input: Json, output: Json) => unknown;

/** The code of a step. */
export type StepCode<I = Json, O = Json> = (context: Context, input: I) => O | Promise<O>;

/** How often a step is tried. What is left out is as usual. */
export interface Retry {
  /** 3, the first one counted. */
  maxAttempts?: number;
  /** 200, before the second attempt. */
  backoffMs?: number;
  /** 2: each delay is that much longer than the one before. */
  multiplier?: number;
  /** 10,000 */
  maxBackoffMs?: number;
  /** Ids of errors after which it is not tried again. */
  nonRetryable?: string[];
  /** What is done about an attempt that began and of which nobody knows how it ended. */
  unknown?: 'run_again' | 'ask_operator';
}

export interface StepOptions {
  /**
   * A function that the handler's file exports, or its name. When the execution fails or is canceled later, it is called with
   * `(context, input, output)`; those of several steps in the reverse order of their ends.
   */
  compensate?: string | Compensation;
  retry?: Retry;
  /** For one attempt; five minutes. */
  timeoutMs?: number;
}

/** A step, for `parallel`. */
export type Step =
  | [name: string, fn: StepCode, input?: Json, options?: StepOptions]
  | ({ name: string; fn: StepCode; input?: Json } & StepOptions);

/** How one of several steps ended. */
export type StepOutcome<O = Json> = { ok: true; value: O } | { ok: false; error: unknown };

export interface Steps {
  /**
   * Runs several steps at once, at most `maxConcurrency` at a time, and answers with their results in the order of the list.
   * When one has failed, those that run go on to their end, no other begins, and the first error is thrown; with `collect`, all
   * run, and the answer is an outcome of each.
   */
  parallel(steps: Step[], options: { maxConcurrency?: number; collect: true }): Promise<StepOutcome[]>;
  parallel(steps: Step[], options?: { maxConcurrency?: number; collect?: false }): Promise<Json[]>;
}

/** What was asked of the system was refused, or a step has failed for good; `name` is `HostError`. */
export interface HostError extends Error {
  /** The type of the error, `gts....~`. */
  id: string;
  owner: 'function' | 'caller' | 'dependency' | 'platform';
  details: Json;
}

export interface HttpOptions {
  headers?: Record<string, string | string[]>;
  /** Text and bytes are sent as they are, all else as JSON. */
  body?: string | Uint8Array | Json;
  /** 30,000 */
  timeoutMs?: number;
  retry?: { maxAttempts?: number; backoffMs?: number };
}

export interface HttpAnswer {
  status: number;
  headers: Record<string, string[]>;
  body: string;
}

/** Requests that the system sends, to where the function may reach. */
export interface Http {
  request(method: string, url: string | URL, options?: HttpOptions): Promise<HttpAnswer>;
  get(url: string | URL, options?: HttpOptions): Promise<HttpAnswer>;
  post(url: string | URL, body?: HttpOptions['body'], options?: HttpOptions): Promise<HttpAnswer>;
}

/** Under whose right a call runs. */
export interface Identity {
  type: 'system' | 'api_client' | 'user';
  id: string;
  tenantId: string;
  roles: string[];
  permissions: string[];
  scopes: string[];
  expiresAt?: string;
}

/** What is known of a call, and what can be asked while it runs. */
export interface Context {
  readonly executionId: string;
  readonly awsRequestId: string;
  readonly correlationId: string;
  readonly traceId: string;
  readonly tenantId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly version: number;
  readonly memoryLimitInMB: number;
  /** From 1; inside of a step, of the step. */
  readonly attempt: number;
  /** Whether what is asked is answered from the journal. What is printed and logged meanwhile is not repeated. */
  readonly isReplay: boolean;
  /** Inside of a step: the same for every attempt of it. What is told to others with it can be told twice. */
  readonly effectId: string | undefined;
  /** In a compensation: why the execution is undone. */
  readonly cause: { id: string; owner: string; message: string; details: Json } | undefined;
  /** ISO-8601 */
  readonly deadline: string;
  readonly identity: Identity;
  readonly http: Http;
  readonly steps: Steps;

  /**
   * Runs `fn(context, input)` and keeps what it returns, as JSON: once a step has ended it never runs again. What fails is tried
   * again as `retry` says; in the end a HostError is thrown. Several at once: `Promise.all`, or `steps.parallel`.
   */
  step<I = Json, O = Json>(name: string, fn: StepCode<I, O>, input?: I, options?: StepOptions): Promise<O>;

  /** The next event of this type for which the filter, a CEL expression, is true. */
  waitEvent(type: string, options?: { filter?: string; timeoutMs?: number }): Promise<Json>;
  /** Sends a signal to another execution, which waits for it as an event. */
  signal(executionId: string, name: string, payload?: Json): Promise<Json>;
  /** Waits until somebody has decided. */
  approval(name: string, options?: { message?: string; timeoutMs?: number }): Promise<Json>;
  sleep(ms: number): Promise<null>;
  /** Keeps a snapshot of how far the execution is. */
  checkpoint(label?: string): Promise<Json>;
  publish(topic: string, payload?: Json): Promise<Json>;
  audit(action: string, details?: Record<string, Json>): Promise<Json>;
  /**
   * Registers a function that is called with this input if this call ends with an error; those of one call in the reverse order.
   * Not in workflows, whose steps have compensations.
   */
  compensate(fn: string, input?: Json, options?: { version?: string | number }): Promise<null>;
  jobStatus(id: string): Promise<Json>;
  /** Calls a function of a native module, which a plugin brings. */
  nativeInvoke(
    module: string,
    fn: string,
    params?: Json,
    options?: { retry?: { maxAttempts?: number; backoffMs?: number } },
  ): Promise<Json>;
  /** Calls another function; with mode `async` the answer is the execution that was begun. */
  invoke(
    callable: string,
    params?: Json,
    options?: { mode?: 'sync' | 'async'; timeoutMs?: number; onParentEnd?: 'cancel' | 'abandon' },
  ): Promise<Json>;
  /** The time, ISO-8601, the same in every replay. */
  now(): Promise<string>;
  /** 32 hexadecimal digits, the same in every replay. */
  random(label?: string): Promise<string>;
  secret(name: string): Promise<string>;
  /** The pieces of a streamed input: `for await (const piece of context.input) { ... }`. */
  readonly input: AsyncIterable<Json>;
  /** The next piece of a streamed input; null at its end. One at a time. */
  read(): Promise<{ data: Json } | null>;
  /** Sends a piece of a streamed answer; resolved when there is room for more, so await it. */
  chunk(value: Json): Promise<null>;
  /** Asks a function of the system that has no method of its own here. */
  call(name: string, version?: number, args?: Record<string, Json>): Promise<Json>;

  log(message: unknown, level?: 'trace' | 'debug' | 'info' | 'warning' | 'error', fields?: Record<string, Json>): void;
  progress(fraction: number, message?: string): void;
  metric(name: string, value: number, labels?: Record<string, string>): void;
  getRemainingTimeInMillis(): number;
  /** Ends the call with an error of the function's own. */
  exit(error: { id?: string; message: string; details?: Record<string, Json> }): never;
}

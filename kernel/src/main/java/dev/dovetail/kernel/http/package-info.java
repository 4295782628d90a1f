/**
 * REST, JSON-RPC and event streams: requests into calls, outcomes into responses. Its door is
 * {@link dev.dovetail.kernel.http.HttpApi}.
 */
package dev.dovetail.kernel.http;

/**
 * Runs programs that speak the AWS Lambda Runtime API, whatever they are written in, and functions written for Ruby. Who
 * speaks the API with them is in {@link dev.dovetail.executor.custom.lambda}.
 */
package dev.dovetail.executor.custom;

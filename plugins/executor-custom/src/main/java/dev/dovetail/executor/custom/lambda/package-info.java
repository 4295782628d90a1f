/**
 * The AWS Lambda Runtime API of 2018-06-01, spoken with one program: between HTTP and the worker protocol, in the place of a
 * worker. How a program reaches it through its walls is told in {@code docs/decisions/lambda-runtime-api.md}.
 */
package dev.dovetail.executor.custom.lambda;

/** Speaks the worker protocol on behalf of a function. No part of what functions are written against. */
package dev.dovetail.function.worker;

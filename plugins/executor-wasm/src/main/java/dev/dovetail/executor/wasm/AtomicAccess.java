package dev.dovetail.executor.wasm;

import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.Memory;

/** The part of a guest's memory that is read and written at once, which is all its pages' own. */
interface AtomicAccess extends Memory {
    ByteArrayMemory bytes();

    @Override
    default void atomicFence() {
        bytes().atomicFence();
    }

    @Override
    default byte atomicAddByte(int addr, byte delta) {
        return bytes().atomicAddByte(addr, delta);
    }

    @Override
    default int atomicAddInt(int addr, int delta) {
        return bytes().atomicAddInt(addr, delta);
    }

    @Override
    default long atomicAddLong(int addr, long delta) {
        return bytes().atomicAddLong(addr, delta);
    }

    @Override
    default short atomicAddShort(int addr, short delta) {
        return bytes().atomicAddShort(addr, delta);
    }

    @Override
    default byte atomicAndByte(int addr, byte mask) {
        return bytes().atomicAndByte(addr, mask);
    }

    @Override
    default int atomicAndInt(int addr, int mask) {
        return bytes().atomicAndInt(addr, mask);
    }

    @Override
    default long atomicAndLong(int addr, long mask) {
        return bytes().atomicAndLong(addr, mask);
    }

    @Override
    default short atomicAndShort(int addr, short mask) {
        return bytes().atomicAndShort(addr, mask);
    }

    @Override
    default byte atomicCmpxchgByte(int addr, byte expected, byte replacement) {
        return bytes().atomicCmpxchgByte(addr, expected, replacement);
    }

    @Override
    default int atomicCmpxchgInt(int addr, int expected, int replacement) {
        return bytes().atomicCmpxchgInt(addr, expected, replacement);
    }

    @Override
    default long atomicCmpxchgLong(int addr, long expected, long replacement) {
        return bytes().atomicCmpxchgLong(addr, expected, replacement);
    }

    @Override
    default short atomicCmpxchgShort(int addr, short expected, short replacement) {
        return bytes().atomicCmpxchgShort(addr, expected, replacement);
    }

    @Override
    default byte atomicOrByte(int addr, byte mask) {
        return bytes().atomicOrByte(addr, mask);
    }

    @Override
    default int atomicOrInt(int addr, int mask) {
        return bytes().atomicOrInt(addr, mask);
    }

    @Override
    default long atomicOrLong(int addr, long mask) {
        return bytes().atomicOrLong(addr, mask);
    }

    @Override
    default short atomicOrShort(int addr, short mask) {
        return bytes().atomicOrShort(addr, mask);
    }

    @Override
    default byte atomicReadByte(int addr) {
        return bytes().atomicReadByte(addr);
    }

    @Override
    default int atomicReadInt(int addr) {
        return bytes().atomicReadInt(addr);
    }

    @Override
    default long atomicReadLong(int addr) {
        return bytes().atomicReadLong(addr);
    }

    @Override
    default short atomicReadShort(int addr) {
        return bytes().atomicReadShort(addr);
    }

    @Override
    default void atomicWriteByte(int addr, byte value) {
        bytes().atomicWriteByte(addr, value);
    }

    @Override
    default void atomicWriteInt(int addr, int value) {
        bytes().atomicWriteInt(addr, value);
    }

    @Override
    default void atomicWriteLong(int addr, long value) {
        bytes().atomicWriteLong(addr, value);
    }

    @Override
    default void atomicWriteShort(int addr, short value) {
        bytes().atomicWriteShort(addr, value);
    }

    @Override
    default byte atomicXchgByte(int addr, byte value) {
        return bytes().atomicXchgByte(addr, value);
    }

    @Override
    default int atomicXchgInt(int addr, int value) {
        return bytes().atomicXchgInt(addr, value);
    }

    @Override
    default long atomicXchgLong(int addr, long value) {
        return bytes().atomicXchgLong(addr, value);
    }

    @Override
    default short atomicXchgShort(int addr, short value) {
        return bytes().atomicXchgShort(addr, value);
    }

    @Override
    default byte atomicXorByte(int addr, byte mask) {
        return bytes().atomicXorByte(addr, mask);
    }

    @Override
    default int atomicXorInt(int addr, int mask) {
        return bytes().atomicXorInt(addr, mask);
    }

    @Override
    default long atomicXorLong(int addr, long mask) {
        return bytes().atomicXorLong(addr, mask);
    }

    @Override
    default short atomicXorShort(int addr, short mask) {
        return bytes().atomicXorShort(addr, mask);
    }
}

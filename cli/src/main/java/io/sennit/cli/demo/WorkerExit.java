package io.sennit.cli.demo;

import io.sennit.core.Address;
import io.sennit.core.Incarnation;

/**
 * A worker's process has ended, as the operating system told the front, its parent.
 *
 * @param index which worker, from 0
 * @param address where it listened
 * @param life which life of the worker it was
 * @param pid its process id
 * @param status its exit status; 128 and the signal's number if a signal ended it
 */
public record WorkerExit(int index, Address address, Incarnation life, long pid, int status) {}

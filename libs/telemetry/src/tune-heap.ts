import { setFlagsFromString } from 'node:v8';

/**
 * V8 learns which allocations live long and puts their like into the old generation. A call's objects live as long as
 * its upstream takes, so it learns that all of them do; there they are garbage that only a full collection finds, and
 * what they point to stays with them. Measured at 1 KB per call: 11 KB kept beyond two scavenges with it, 5 KB without,
 * and half the time in the collector. Must run before hot code is compiled.
 */
export function tuneHeap(): void {
  setFlagsFromString('--no-allocation-site-pretenuring');
}

import { describeGroupStore } from './group-store.contract';
import { MemoryGroupStore } from './memory-group-store';

describeGroupStore('memory', () => {
  const store = new MemoryGroupStore();
  let nowMs = 1_790_000_000_000;
  return Promise.resolve({
    one: store,
    other: store,
    nowMs: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
    },
    sync: () => Promise.resolve(),
  });
});
